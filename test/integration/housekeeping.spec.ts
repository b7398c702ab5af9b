import { Housekeeping } from '../../src/housekeeping/housekeeping.js';
import { startApp } from '../support/app.js';
import type { TestApp } from '../support/app.js';

describe('housekeeping', () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await startApp();
  });
  afterAll(() => app.stop());

  it('takes away what is over, and nothing else', async () => {
    const memberId = await app.lab.member();
    const client = await app.as(memberId);
    const gone = await app.lab.session(memberId);
    await app.database.run(
      `UPDATE sign_ins SET expires_at = now() - interval '1 minute'
        WHERE token_hash = encode(sha256($1::bytea), 'hex')`,
      [gone],
    );
    await app.database.run(
      `INSERT INTO sign_in_failures (email, address, at)
       VALUES ('old@x.invalid', '192.0.2.1', now() - interval '2 days'), ('new@x.invalid', '192.0.2.1', now())`,
    );
    await app.database.run(
      `INSERT INTO idempotency_keys (member_id, key, fingerprint, created_at)
       VALUES ($1, 'old', '', now() - interval '26 hours'), ($1, 'new', '', now())`,
      [memberId],
    );
    // The program's own round, which it makes at its start, may be under way as well.
    await app.nest.get(Housekeeping, { strict: false }).tidy();
    const left = await app.database.row(
      `SELECT (SELECT array_agg(email) FROM sign_in_failures) AS failures,
              (SELECT array_agg(key) FROM idempotency_keys) AS keys,
              (SELECT count(*)::int FROM sign_ins WHERE expires_at < now()) AS "signInsOver"`,
    );
    expect(left).toEqual({ failures: ['new@x.invalid'], keys: ['new'], signInsOver: 0 });
    expect((await client.get('/session')).status).toBe(200);
  });
});
