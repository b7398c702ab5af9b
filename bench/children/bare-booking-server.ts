import Fastify from 'fastify';
import type { AddressInfo } from 'node:net';
import pg from 'pg';
import { v7 as uuid } from 'uuid';
import { serveParent } from './child-side.js';

export interface BareServerReady {
  readonly port: number;
}

interface Body {
  machineId: string;
  memberId: string;
  startsAt: string;
  endsAt: string;
}

/** The least that can place a booking: the constrained insert in a transaction, no question asked. */
serveParent(async ({ databaseUrl, pool }: { databaseUrl: string; pool: number }) => {
  const connections = new pg.Pool({ connectionString: databaseUrl, max: pool });
  const app = Fastify();
  app.post<{ Body: Body }>('/bookings', async ({ body }, reply) => {
    const id = uuid();
    const client = await connections.connect();
    try {
      await client.query('BEGIN');
      await client.query(
        `INSERT INTO bookings (id, machine_id, member_id, starts_at, ends_at, occupied, state)
         VALUES ($1, $2, $3, $4, $5, tstzrange($4, $5), 'confirmed')`,
        [id, body.machineId, body.memberId, body.startsAt, body.endsAt],
      );
      await client.query('COMMIT');
    } catch (error) {
      await client.query('ROLLBACK');
      throw error;
    } finally {
      client.release();
    }
    return reply.code(201).send({ id });
  });
  await app.listen({ port: 0, host: '127.0.0.1' });
  const { port } = app.server.address() as AddressInfo;
  const ready: BareServerReady = { port };
  return {
    ready,
    obey: () => Promise.reject(new Error('no orders')),
    stop: async () => {
      await app.close();
      await connections.end();
    },
  };
});
