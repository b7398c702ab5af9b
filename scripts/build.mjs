/** Builds the server into dist/ and the web app into web/dist/, then leaves a stamp for build-if-needed. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const require = createRequire(import.meta.url);

function binOf(name, bin = name) {
  let folder = dirname(require.resolve(name));
  while (!existsSync(join(folder, 'package.json')) || !require(join(folder, 'package.json')).bin)
    folder = dirname(folder);
  const { bin: bins } = require(join(folder, 'package.json'));
  return join(folder, typeof bins === 'string' ? bins : bins[bin]);
}

function run(label, script, args) {
  const result = spawnSync(process.execPath, [script, ...args], {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  if (result.status !== 0) {
    console.error(`Build: ${label} failed.`);
    process.exit(result.status ?? 1);
  }
}

// A renamed source file must not live on as a stale module in dist.
rmSync(join(root, 'dist'), { recursive: true, force: true });
run('TypeScript', binOf('typescript', 'tsc'), ['-p', 'tsconfig.build.json']);
if (existsSync(join(root, 'web', 'index.html')))
  run('the web app', binOf('vite'), ['build', 'web', '--logLevel', 'warn']);
mkdirSync(join(root, 'dist'), { recursive: true });
writeFileSync(join(root, 'dist', '.built'), '');
