import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { SessionDto } from '../../src/people/people.dto.js';
import { Client } from '../support/client.js';
import { freshDatabase } from '../support/databases.js';
import type { TestDatabase } from '../support/databases.js';
import { environment } from '../support/environment.js';
import { startServer } from '../support/server.js';

describe('the command line', () => {
  let fresh: TestDatabase;
  beforeEach(async () => {
    fresh = await freshDatabase('empty');
  });
  afterEach(() => fresh.close());

  const creneau = async (words: string[], input = '') => {
    const child = spawn(process.execPath, ['dist/cli.js', ...words], {
      env: { PATH: environment('PATH'), DATABASE_URL: fresh.url },
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text: string) => (output += text));
    child.stdin.end(input);
    const [code] = (await once(child, 'close')) as [number];
    return { code, output };
  };

  it('migrates an empty database, and finds that the entities agree with it', async () => {
    expect(await creneau(['migrate'])).toMatchObject({ code: 0 });
    expect((await creneau(['migrate'])).output).toContain('nothing, up to date');
    expect(await creneau(['schema-check'])).toMatchObject({ code: 0 });
    await fresh.database.run('ALTER TABLE machines ADD COLUMN surprise text');
    const check = await creneau(['schema-check']);
    expect(check.code).toBe(1);
    expect(check.output).toContain('surprise');
    expect(await creneau(['migrate', 'undo'])).toMatchObject({ code: 0 });
  });

  it('makes the first lab and the first administrator of a lab that is no demo', async () => {
    await creneau(['migrate']);
    expect(await creneau(['lab', 'add', 'atelier', 'L’Atelier', 'Europe/Paris'])).toMatchObject({
      code: 0,
    });
    expect((await creneau(['lab', 'add', 'atelier', 'Again'])).output).toContain('lab.slug_taken');
    expect((await creneau(['lab', 'add', 'moon', 'Moon', 'Moon/Base'])).output).toContain(
      'lab.time_zone_unknown',
    );
    expect((await creneau(['member', 'add', 'a@b.example', 'Ada'], 'short\n')).code).toBe(1);
    const words = ['member', 'add', 'ada@atelier.example', 'Ada'];
    expect(await creneau(words, 'a long password\n')).toMatchObject({ code: 0 });

    const server = await startServer({ variables: { DATABASE_URL: fresh.url, DEMO: 'false' } });
    const ada = await new Client(server.base).signIn('ada@atelier.example', 'a long password');
    expect((await ada.get<SessionDto>('/session')).body.member).toMatchObject({
      role: 'administrator',
    });
    expect(server.output()).not.toContain('demo.creneau.local');
    await server.kill('SIGTERM');
  });

  it('says how it is used', async () => {
    expect(await creneau([])).toMatchObject({ code: 0 });
    const unknown = await creneau(['dance']);
    expect(unknown.code).toBe(2);
    expect(unknown.output).toContain('mqtt export');
  });
});
