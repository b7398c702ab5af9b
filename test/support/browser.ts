import { execFile } from 'node:child_process';
import { access, constants, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { chromium } from 'playwright-core';
import type { Browser } from 'playwright-core';
import { environment } from './environment.js';

const run = promisify(execFile);

const usualPlaces = [
  environment('CHROMIUM_PATH', ''),
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

// Nothing of the browser's own may go out to a network, nor need a sandbox that root cannot have.
const flags = [
  '--no-sandbox',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** A real Chromium: one of this machine, else the one inside an npm package. */
export async function launchBrowser(): Promise<Browser> {
  for (const executablePath of usualPlaces)
    if (executablePath && (await isThere(executablePath)))
      return chromium.launch({ executablePath, args: flags });
  const packaged = await unpacked().catch((error: unknown) => {
    throw new Error('There is no browser for the tests: run `apt-get install chromium`.', {
      cause: error,
    });
  });
  return chromium.launch({
    executablePath: packaged.executable,
    args: [...flags, '--disable-gpu'],
    env: { ...packaged.env, PATH: environment('PATH') },
  });
}

/**
 * `@sparticuz/chromium` brings the shared libraries of its browser too, but unpacks them only
 * where its own platform's variable is set; and it unpacks into the temporary folder.
 */
async function unpacked() {
  const folder = join(process.cwd(), 'node_modules', '.cache', 'chromium');
  await mkdir(folder, { recursive: true });
  const program = `import('@sparticuz/chromium').then(async ({ default: chromium }) =>
    process.stdout.write(await chromium.executablePath()));`;
  const { stdout } = await run(process.execPath, ['--eval', program], {
    env: { PATH: environment('PATH'), TMPDIR: folder, AWS_LAMBDA_JS_RUNTIME: 'nodejs20.x' },
  });
  const libraries = join(folder, 'al2023', 'lib');
  return {
    executable: stdout,
    env: { HOME: folder, FONTCONFIG_PATH: join(folder, 'fonts'), LD_LIBRARY_PATH: libraries },
  };
}

function isThere(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}
