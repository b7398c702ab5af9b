import type { MemberDto, MemberPageDto, SessionDto } from '../../src/people/people.dto.js';
import { addMember } from '../../src/people/members.js';
import { startApp } from '../support/app.js';
import type { TestApp } from '../support/app.js';
import { Client } from '../support/client.js';
import type { Answer } from '../support/client.js';
import { eventually } from '../support/eventually.js';

const password = 'quatre mots faciles à retenir';

describe('signing in', () => {
  let app: TestApp;
  let count = 0;

  beforeAll(async () => {
    app = await startApp();
  });
  afterAll(() => app.stop());

  const newMember = () =>
    addMember(app.database, {
      email: `member-${(count += 1)}@test.example`,
      name: 'Inès',
      password,
    });
  const cookieOf = ({ headers }: Answer<unknown>) => headers.getSetCookie()[0] ?? '';
  const tokenOf = (answer: Answer<unknown>) =>
    /^creneau_session=([^;]+)/.exec(cookieOf(answer))?.[1] ?? '';
  const signIn = (client: Client, email: string, given = password) =>
    client.post<SessionDto>('/session', { email, password: given });
  const anybody = () => new Client(app.base);

  it('gives the member and a cookie that scripts and other sites cannot use', async () => {
    const { id, email } = await newMember();
    const answer = await signIn(anybody(), email.toUpperCase());
    expect(answer.status).toBe(200);
    expect(answer.body.member).toMatchObject({ id, email, role: 'member' });
    expect(JSON.stringify(answer.body)).not.toContain('argon2');
    expect(cookieOf(answer)).toMatch(/; HttpOnly/);
    expect(cookieOf(answer)).toMatch(/; SameSite=Lax/);
    expect(cookieOf(answer)).not.toMatch(/; Secure/);
    const current = await anybody().withSession(tokenOf(answer)).get<SessionDto>('/session');
    expect(current.body.member.id).toBe(id);
  });

  it('keeps the cookie for TLS where browsers reach the lab over https', async () => {
    const { email } = await newMember();
    const behind = await startApp({
      beside: app,
      variables: { PUBLIC_URL: 'https://lab.test.example', ROLES: 'api' },
    });
    try {
      const answer = await signIn(new Client(behind.base), email);
      expect(cookieOf(answer)).toMatch(/; Secure/);
      expect(answer.headers.get('strict-transport-security')).toContain('max-age');
    } finally {
      await behind.stop();
    }
  });

  it('says the same of a wrong password as of an unknown member', async () => {
    const { email } = await newMember();
    const wrong = await anybody().post('/session', { email, password: 'wrong' });
    const unknown = await anybody().post('/session', { email: 'nobody@test.example', password });
    expect([wrong.status, unknown.status]).toEqual([401, 401]);
    const { requestId: _, ...ofWrong } = wrong.body;
    const { requestId: __, ...ofUnknown } = unknown.body;
    expect(ofWrong).toEqual(ofUnknown);
    expect(wrong.body.code).toBe('session.invalid');
  });

  it('slows guessing down per account and address, however many guesses come at once', async () => {
    const [guessed, other] = [await newMember(), await newMember()];
    const guesses = await Promise.all(
      Array.from({ length: 12 }, () =>
        anybody().post('/session', { email: guessed.email, password: 'wrong' }),
      ),
    );
    const statuses = guesses.map(({ status }) => status);
    expect(statuses.filter((status) => status === 401).length).toBeLessThanOrEqual(8);
    expect(new Set(statuses)).toEqual(new Set([401, 429]));
    const now = await anybody().post('/session', { email: guessed.email, password });
    expect(now.status).toBe(429);
    expect(now.body.code).toBe('session.throttled');
    expect(Number(now.headers.get('retry-after'))).toBeGreaterThan(0);
    expect((await signIn(anybody(), other.email)).status).toBe(200);
  });

  it('renews the session, so that a token known beforehand opens nothing', async () => {
    const { email } = await newMember();
    const before = tokenOf(await signIn(anybody(), email));
    const planted = anybody().withSession(before);
    const after = tokenOf(await signIn(planted, email));
    expect(after).not.toBe(before);
    expect((await anybody().withSession(before).get('/session')).status).toBe(401);
    expect((await anybody().withSession(after).get('/session')).status).toBe(200);
  });

  it('takes no token of somebody’s own making', async () => {
    const { email } = await newMember();
    const answer = await signIn(anybody().withSession('chosen-by-somebody'), email);
    expect(tokenOf(answer)).not.toBe('chosen-by-somebody');
    expect((await anybody().withSession('chosen-by-somebody').get('/session')).status).toBe(401);
  });

  it('ends with signing out', async () => {
    const { email } = await newMember();
    const member = anybody().withSession(tokenOf(await signIn(anybody(), email)));
    expect((await member.delete('/session')).status).toBe(204);
    const after = await member.get('/session');
    expect(after.status).toBe(401);
    expect(after.body.code).toBe('session.required');
  });

  it('ends for a member who is disabled', async () => {
    const { id, email } = await newMember();
    const member = anybody().withSession(tokenOf(await signIn(anybody(), email)));
    expect((await member.get('/session')).status).toBe(200);
    await app.database.run('UPDATE members SET disabled_at = now() WHERE id = $1', [id]);
    await eventually(async () => expect((await member.get('/session')).status).toBe(401));
    expect((await signIn(anybody(), email)).status).toBe(401);
  });
});

describe('roles', () => {
  let app: TestApp;
  let member: Client;
  let manager: Client;
  let administrator: Client;

  beforeAll(async () => {
    app = await startApp({ variables: { ROLES: 'api' } });
    member = await app.as(await app.lab.member());
    manager = await app.as(await app.lab.member('lab_manager', 'Marc'));
    administrator = await app.as(await app.lab.member('administrator', 'Ada'));
  });
  afterAll(() => app.stop());

  const someId = '01920000-0000-7000-8000-000000000000';
  const newcomer = (role?: string) => ({
    email: `${Math.random().toString(36).slice(2)}@test.example`,
    name: 'Nina',
    password,
    ...(role ? { role } : {}),
  });
  const newMachine = () => ({
    labId: app.lab.id,
    slug: `laser-${Math.random().toString(36).slice(2)}`,
    name: 'Laser',
    machineType: 'laser_cutter',
  });

  it.each([
    ['approve a booking', `/bookings/${someId}/approve`, undefined],
    ['reject a booking', `/bookings/${someId}/reject`, { reason: 'no' }],
    ['approve a job', `/jobs/${someId}/approve`, undefined],
    ['reject a job', `/jobs/${someId}/reject`, { reason: 'no' }],
    ['resolve a job', `/jobs/${someId}/resolve`, { outcome: 'completed' }],
    ['add a machine', '/machines', {}],
    ['take a machine’s secret', `/machines/${someId}/credentials`, undefined],
    ['add a member', '/members', {}],
  ])('do not let a member %s', async (_, path, body) => {
    const answer = await member.post(path, body);
    expect([answer.status, answer.body.code]).toEqual([403, 'request.forbidden']);
  });

  it('do not let a member see who the others are', async () => {
    expect((await member.get('/members')).status).toBe(403);
    expect((await new Client(app.base).get('/members')).status).toBe(401);
  });

  it('let a lab manager add machines and members, and only an administrator make staff', async () => {
    expect((await manager.post('/machines', newMachine())).status).toBe(201);
    const added = await manager.post<MemberDto>('/members', newcomer());
    expect([added.status, added.body.role]).toEqual([201, 'member']);
    expect((await manager.post('/members', newcomer('lab_manager'))).status).toBe(403);
    const staff = await administrator.post<MemberDto>('/members', newcomer('lab_manager'));
    expect([staff.status, staff.body.role]).toEqual([201, 'lab_manager']);
  });

  it('let staff find a member by part of a name or an address, without its accents', async () => {
    const added = await manager.post<MemberDto>('/members', {
      ...newcomer(),
      name: 'Hélène Lefèvre',
    });
    const found = async (search: string) => {
      const query = `search=${encodeURIComponent(search)}`;
      const { items } = (await manager.get<MemberPageDto>(`/members?${query}`)).body;
      return items.map(({ id }) => id);
    };
    const { id, email } = added.body;
    for (const search of ['helene', 'LEFÈVRE', ' ène lef', email.slice(0, 8).toUpperCase()])
      expect([search, await found(search)]).toEqual([search, [id]]);
    expect(await found('%')).toEqual([]);
    expect(
      (await manager.get<MemberPageDto>('/members?search=')).body.items.length,
    ).toBeGreaterThan(1);
  });

  it('cannot be taken by a property that nobody asked for', async () => {
    const signIn = { email: 'x@test.example', password, role: 'administrator' };
    for (const [path, body] of [
      ['/session', signIn],
      ['/bookings', { machineId: someId, duration: 'PT1H', state: 'confirmed', role: 'x' }],
      [`/bookings/${someId}/cancel`, { reason: 'x', memberId: someId }],
      [`/jobs/${someId}/book`, { machineId: someId, memberId: someId }],
    ] as const) {
      const answer = await member.post(path, body);
      expect([path, answer.status, answer.body.code]).toEqual([path, 400, 'request.malformed']);
      expect(answer.body.violations?.map(({ code }) => code)).toContain('field.unknown');
    }
  });

  it('hear every mistake in a body at once', async () => {
    const { status, body } = await manager.post('/members', {
      email: 'no address',
      name: '',
      password: 'short',
      role: 'king',
      superpower: true,
    });
    expect(status).toBe(400);
    const paths = new Set(body.violations?.map(({ path }) => path));
    expect(paths).toEqual(new Set(['email', 'name', 'password', 'role', 'superpower']));
  });

  it('give no power to a page of another origin', async () => {
    const foreign = { origin: 'https://elsewhere.example' };
    const own = { origin: app.base };
    for (const headers of [foreign, { origin: 'null' }, { 'sec-fetch-site': 'cross-site' }]) {
      const answer = await manager.post('/machines', newMachine(), headers);
      expect([answer.status, answer.body.code]).toEqual([403, 'request.origin']);
    }
    const forwarded = { ...foreign, 'x-forwarded-host': 'elsewhere.example' };
    expect((await manager.post('/machines', newMachine(), forwarded)).status).toBe(403);
    expect((await manager.post('/machines', newMachine(), own)).status).toBe(201);
    expect((await manager.get('/session', foreign)).status).toBe(200);
  });
});
