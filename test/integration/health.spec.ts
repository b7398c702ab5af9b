import { networkInterfaces } from 'node:os';
import { startApp } from '../support/app.js';
import type { TestApp } from '../support/app.js';
import { Client } from '../support/client.js';
import { eventually } from '../support/eventually.js';
import { openApiMistakes } from '../support/openapi-check.js';

const outside = Object.values(networkInterfaces())
  .flat()
  .find((known) => known?.family === 'IPv4' && !known.internal)?.address;

interface Ready {
  readonly status: string;
  readonly dependencies: Readonly<Record<'database' | 'queue' | 'mqtt', string>>;
}

describe('the state of the service', () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await startApp({ cuttable: 'database' });
  });
  afterAll(() => app.stop());

  const ready = async () => {
    const response = await fetch(`${app.base}/health/ready`);
    return { status: response.status, body: (await response.json()) as Ready };
  };
  const isReady = (status: number, dependencies: Partial<Ready['dependencies']>) =>
    eventually(async () => expect(await ready()).toMatchObject({ status, body: { dependencies } }));
  const isAlive = async () => {
    const response = await fetch(`${app.base}/health/live`);
    expect([response.status, await response.json()]).toEqual([200, { status: 'ok' }]);
  };
  const allUp = { database: 'up', queue: 'up', mqtt: 'up' } as const;

  it('is ready once each dependency is there, by name', async () => {
    await isReady(200, allUp);
    expect((await ready()).body).toEqual({ status: 'ok', dependencies: allUp });
    await isAlive();
  });

  it('is not ready without the broker, lives on, and is ready again', async () => {
    await app.broker.down();
    await isReady(503, { ...allUp, mqtt: 'down' });
    await isAlive();
    await app.broker.up();
    await isReady(200, allUp);
  });

  it('is not ready without the database, lives on, and is ready again', async () => {
    await app.line.cut();
    await isReady(503, { database: 'down', mqtt: 'up' });
    await isAlive();
    await app.line.mend();
    await isReady(200, allUp);
  });

  it('shows its metrics on this machine, with nobody’s name in them', async () => {
    const memberId = await app.lab.member('member', 'Zoé');
    const member = await app.as(memberId);
    await member.get(`/bookings?memberId=${memberId}`);
    await member.get('/bookings/01920000-0000-7000-8000-000000000000');
    const response = await fetch(`${app.base}/metrics`);
    const text = await response.text();
    expect([response.status, response.headers.get('content-type')]).toEqual([
      200,
      expect.stringContaining('text/plain') as string,
    ]);
    for (const name of [
      'creneau_http_request_seconds',
      'creneau_mqtt_messages_total',
      'creneau_outbox_rows',
      'creneau_dead_letters',
      'creneau_live_clients',
      'process_cpu_seconds_total',
    ])
      expect(text).toContain(`# TYPE ${name}`);
    expect(text).toContain('route="/api/v1/bookings/:id"');
    expect(text).not.toMatch(new RegExp(`${memberId}|Zoé|@test\\.example|01920000`));
  });

  it.each(['x-forwarded-for', 'forwarded', 'via', 'x-real-ip', 'x-forwarded-host'])(
    'hides its metrics from whoever comes through a proxy (%s)',
    async (header) => {
      const response = await fetch(`${app.base}/metrics`, {
        headers: { [header]: 'for=10.0.0.7' },
      });
      expect(response.status).toBe(404);
      expect(await response.text()).not.toContain('creneau_http');
    },
  );

  // Not every machine has an address besides its loopback.
  (outside === undefined ? it.skip : it)('hides its metrics from other machines', async () => {
    const open = await startApp({ beside: app, variables: { HOST: '0.0.0.0', ROLES: 'api' } });
    const { port } = new URL(open.base);
    const from = async (host: string) => (await fetch(`http://${host}:${port}/metrics`)).status;
    expect(await from('127.0.0.1')).toBe(200);
    expect(await from(outside ?? '')).toBe(404);
    await open.stop();
  });
});

describe('the OpenAPI document', () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await startApp({ variables: { ROLES: 'api' } });
  });
  afterAll(() => app.stop());

  const document = async () =>
    (
      await new Client(app.base).get<{
        openapi: string;
        paths: Record<string, Record<string, object>>;
      }>('/openapi.json')
    ).body;

  it('is valid OpenAPI 3.1', async () => {
    const served = await document();
    expect(served.openapi).toBe('3.1.0');
    expect(await openApiMistakes(served)).toEqual([]);
    const broken = { ...served, paths: { '/x': { get: { responses: [] } } } };
    expect(await openApiMistakes(broken)).not.toEqual([]);
  });

  it.each([
    'POST /session',
    'GET /session',
    'DELETE /session',
    'GET /labs',
    'GET /labs/{id}',
    'GET /machines',
    'POST /machines',
    'GET /machines/{id}',
    'GET /machines/{id}/availability',
    'GET /availability',
    'POST /bookings',
    'GET /bookings',
    'GET /bookings/{id}',
    'POST /bookings/{id}/approve',
    'POST /bookings/{id}/reject',
    'POST /bookings/{id}/cancel',
    'POST /bookings/{id}/check-in',
    'POST /bookings/{id}/check-out',
    'POST /jobs',
    'GET /jobs',
    'GET /jobs/{id}',
    'GET /jobs/{id}/proposals',
    'POST /jobs/{id}/book',
    'POST /jobs/{id}/approve',
    'POST /jobs/{id}/reject',
    'POST /jobs/{id}/start',
    'POST /jobs/{id}/pause',
    'POST /jobs/{id}/resume',
    'POST /jobs/{id}/cancel',
    'POST /jobs/{id}/resolve',
    'POST /machines/{id}/clear',
    'GET /queue',
    'GET /live',
  ])('tells of %s', async (operation) => {
    const [method = '', path = ''] = operation.split(' ');
    const { paths } = await document();
    expect(paths[`/api/v1${path}`]?.[method.toLowerCase()]).toBeDefined();
  });

  it('is browsable, and keeps the service’s own pages to itself', async () => {
    const docs = await fetch(`${app.base}/docs`);
    expect([docs.status, docs.headers.get('content-type')]).toEqual([
      200,
      expect.stringContaining('text/html') as string,
    ]);
    const { paths } = await document();
    expect(Object.keys(paths).filter((path) => /metrics|health|files/.test(path))).toEqual([]);
  });
});
