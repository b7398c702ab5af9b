import type { FastifyInstance } from 'fastify';
import type { Socket } from 'node:net';

/** Requests under way, uploads among them, may take this long to finish when we stop. */
const graceMs = 5_000;

/**
 * Closing waits for every connection that Node does not count as idle. One that never sent a
 * request is not, and browsers open such ones beforehand: each would hold the stop up for a
 * minute. They are cut at once, and whatever is left after the grace as well.
 */
export function closePromptly(fastify: FastifyInstance): void {
  const { server } = fastify;
  const unused = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    unused.add(socket);
    socket.on('close', () => unused.delete(socket));
  });
  server.on('request', ({ socket }) => unused.delete(socket));
  fastify.addHook('preClose', (done) => {
    unused.forEach((socket) => socket.destroy());
    setTimeout(() => server.closeAllConnections(), graceMs).unref();
    done();
  });
}
