import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { startDemo } from '../support/demo-server.js';
import type { DemoServer } from '../support/demo-server.js';
import { environment } from '../support/environment.js';

const run = promisify(execFile);

describe('the README’s tour by curl', () => {
  let server: DemoServer;
  beforeAll(async () => {
    server = await startDemo({ DEMO_SPEED: '600' });
  });
  afterAll(() => server.stop());

  it('goes the whole way, from the file to the finished piece and its history', async () => {
    const { stdout } = await run('bash', ['docs/tour.sh'], {
      env: { PATH: environment('PATH'), BASE: server.base },
    });
    expect(stdout).toContain('ok: the estimated duration is PT1H47M33S');
    expect(stdout).toContain('ok: its mass in grams is 19.75');
    expect(stdout).toContain('ok: the final state is completed');
    expect(stdout).toContain('ok: the history is analysing by Inès Lefebvre');
  });
});
