/** Builds only when a source is newer than the last build, so that `npm start` is quick the second time. */
import { existsSync, readdirSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const stamp = join(root, 'dist', '.built');
const sources = ['src', 'web', 'scripts', 'tsconfig.json', 'tsconfig.build.json', 'package.json'];
const generated = new Set(['dist', 'paraglide', 'node_modules']);

function newest(path) {
  if (!existsSync(path)) return 0;
  const stat = statSync(path);
  if (!stat.isDirectory()) return stat.mtimeMs;
  return readdirSync(path, { withFileTypes: true })
    .filter((entry) => !generated.has(entry.name))
    .reduce((latest, entry) => Math.max(latest, newest(join(path, entry.name))), 0);
}

function canBuild() {
  try {
    createRequire(import.meta.url).resolve('typescript');
    return true;
  } catch {
    return false;
  }
}

const built = existsSync(stamp) ? statSync(stamp).mtimeMs : 0;
const stale = sources.some((source) => newest(join(root, source)) > built);
if (stale && canBuild()) await import('./build.mjs');
else if (!built && !canBuild()) {
  console.error('There is no build in dist/ and the build tools are not installed: run `npm ci`.');
  // An image copies dist/ in after `npm ci --omit=dev`: installing alone must not fail there.
  if (process.env.npm_lifecycle_event !== 'prepare') process.exit(1);
}
