import { once } from 'node:events';
import { connect } from 'node:net';
import { Database } from '../../src/platform/database/database.js';
import { startApp } from '../support/app.js';
import type { TestApp } from '../support/app.js';
import type { Client } from '../support/client.js';
import type { Problem } from '../support/client.js';
import { eventually } from '../support/eventually.js';

describe('a refusal', () => {
  let app: TestApp;
  let member: Client;
  let manager: Client;

  beforeAll(async () => {
    app = await startApp({ cuttable: 'database' });
    member = await app.as(await app.lab.member());
    manager = await app.as(await app.lab.member('lab_manager'));
  });
  afterAll(() => app.stop());

  const leaks = /\bat .+:\d+|node_modules|select |insert |\brelation\b|syntax|pg_|typeorm|fastify/i;
  const raw = async (path: string, init: RequestInit = {}, client = member) => {
    const response = await fetch(app.base + path, {
      ...init,
      headers: { ...client.headers(), ...(init.headers as Record<string, string>) },
    });
    const text = await response.text();
    expect(text).not.toMatch(leaks);
    expect(response.headers.get('content-type')).toMatch(/^application\/problem\+json/);
    return { response, problem: JSON.parse(text) as Problem };
  };
  const json = (body: string) => ({
    method: 'POST',
    body,
    headers: { 'content-type': 'application/json' },
  });

  it('is a problem document with a code, the place, and the request’s id', async () => {
    const path = '/api/v1/bookings/01920000-0000-7000-8000-000000000000';
    const { response, problem } = await raw(`${path}?secret=1`);
    expect(problem).toEqual({
      type: 'https://creneau.dev/problems/booking.unknown',
      title: 'Booking not found',
      status: 404,
      instance: path,
      code: 'booking.unknown',
      requestId: response.headers.get('x-request-id'),
    });
    expect(response.status).toBe(404);
    expect(response.headers.get('vary')).toMatch(/accept-language/i);
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
  });

  it.each([
    ['fr-FR,fr;q=0.9,en;q=0.8', 'Connexion nécessaire'],
    ['en-GB', 'Sign-in required'],
    ['de, en;q=0.5, fr;q=0.4', 'Sign-in required'],
    ['*', 'Connexion nécessaire'],
  ])('speaks the language of "%s"', async (language, title) => {
    const init = { headers: { 'accept-language': language, cookie: '' } };
    expect((await raw('/api/v1/bookings', init)).problem.title).toBe(title);
  });

  it('words its violations in that language too', async () => {
    const wordsIn = async (language: string) => {
      const { headers, ...init } = json('{"machineId":"x"}');
      const { problem } = await raw('/api/v1/bookings', {
        ...init,
        headers: { ...headers, 'accept-language': language },
      });
      return problem.violations?.find(({ path }) => path === 'machineId')?.message;
    };
    expect(await wordsIn('fr')).toBe('Un identifiant UUID est attendu.');
    expect(await wordsIn('en')).toBe('A UUID is expected.');
  });

  it.each([
    ['a path that nobody serves', '/api/v1/nothing', {}, 404, 'resource.unknown'],
    ['an id that is none', '/api/v1/bookings/42', {}, 404, 'resource.unknown'],
    ['an address that cannot be decoded', '/api/v1/%E0%A4%A', {}, 400, 'request.malformed'],
    ['JSON that is none', '/api/v1/bookings', json('{"machineId":'), 400, 'request.malformed'],
    ['an empty body', '/api/v1/bookings', json(''), 400, 'request.malformed'],
    ['null', '/api/v1/bookings', json('null'), 400, 'request.malformed'],
    ['a list', '/api/v1/bookings', json('[{}]'), 400, 'request.malformed'],
    [
      'a poisoned prototype',
      '/api/v1/bookings',
      json('{"__proto__":{}}'),
      400,
      'request.malformed',
    ],
    [
      'a zero byte',
      '/api/v1/session',
      json('{"email":"a\\u0000","password":"b"}'),
      400,
      'request.malformed',
    ],
    [
      'XML',
      '/api/v1/bookings',
      { method: 'POST', body: '<a/>', headers: { 'content-type': 'text/xml' } },
      415,
      'request.media_type',
    ],
    ['a file where none belongs', '/api/v1/jobs', json('{}'), 415, 'request.media_type'],
    [
      'a body beyond all measure',
      '/api/v1/bookings',
      json(JSON.stringify({ purpose: 'x'.repeat(1_200_000) })),
      413,
      'request.too_large',
    ],
  ] as const)('answers %s', async (_, path, init, status, code) => {
    const { response, problem } = await raw(path, init);
    expect([response.status, problem.status, problem.code]).toEqual([status, status, code]);
  });

  it.each([
    '/bookings?limit=0',
    '/bookings?limit=many',
    '/bookings?after=nonsense',
    '/bookings?after=2026-01-01T00:00:00.000Z|nonsense',
    '/bookings?memberId=nobody',
    '/bookings?machineId=x',
    '/bookings?from=2026-01-01T00:00:00',
    '/bookings?state=asleep',
    '/bookings?unknown=1',
    '/jobs?after=nonsense',
    '/jobs?memberId=nobody',
    '/machines?after=nonsense',
    '/members?after=nonsense',
    '/queue?machineId=x',
    '/live?machineId=x',
    '/availability?duration=soon',
  ])('answers the query of %s', async (path) => {
    const { response, problem } = await raw(`/api/v1${path}`, {}, manager);
    expect([response.status, problem.code]).toEqual([400, 'request.malformed']);
    expect(problem.violations).not.toHaveLength(0);
  });

  it('answers what is no HTTP at all by closing', async () => {
    const socket = connect(Number(new URL(app.base).port), '127.0.0.1');
    let heard = '';
    socket.on('data', (bytes) => (heard += bytes.toString()));
    socket.write('HELLO\r\n\r\n');
    await once(socket, 'close');
    expect(heard).toMatch(/^HTTP\/1\.1 400/);
    expect(heard).not.toMatch(leaks);
  });

  it('tells of a fault of ours no more than that there was one, and where to find it', async () => {
    await app.database.run('ALTER TABLE lab_closures RENAME TO hidden_for_a_moment');
    try {
      const { response, problem } = await raw('/api/v1/labs');
      expect([response.status, problem.code]).toEqual([500, 'service.fault']);
      expect(JSON.stringify(problem)).not.toContain('lab_closures');
      expect(problem.requestId).toBe(response.headers.get('x-request-id'));
    } finally {
      await app.database.run('ALTER TABLE hidden_for_a_moment RENAME TO lab_closures');
    }
  });

  it('is all that a transaction comes to whose connection is lost in its middle', async () => {
    const database = app.nest.get(Database, { strict: false });
    const write = (statement: string) =>
      database.transaction(async (sql) => {
        await sql.run('INSERT INTO sign_in_failures (email, address) VALUES ($1, $1)', ['lost']);
        await app.line.cut();
        await sql.run(statement);
      });
    await expect(write('SELECT 1')).rejects.toThrow();
    await app.line.mend();
    const kept = await app.database.row(`SELECT 1 FROM sign_in_failures WHERE email = 'lost'`);
    expect(kept).toBeNull();
    await eventually(async () => expect((await member.get('/labs')).status).toBe(200));
  });

  it('asks to come again while PostgreSQL is away, and needs no restart after', async () => {
    expect((await member.get('/bookings')).status).toBe(200);
    await app.line.cut();
    try {
      for (const [path, init] of [
        ['/bookings', {}],
        ['/labs', {}],
        ['/session', json('{"email":"a@test.example","password":"b"}')],
      ] as const) {
        await eventually(async () => {
          const { response, problem } = await raw(`/api/v1${path}`, init);
          expect([response.status, problem.code]).toEqual([503, 'service.unavailable']);
          expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0);
        });
      }
    } finally {
      await app.line.mend();
    }
    await eventually(async () => expect((await member.get('/bookings')).status).toBe(200));
  });
});
