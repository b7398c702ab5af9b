import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { DataSource } from 'typeorm';
import { startEmbedded } from '../../dist/embedded/embedded-services.js';
import { findRedis } from '../../dist/embedded/redis.js';
import { dataSourceOptions, migrate } from '../../dist/platform/database/data-source.js';
import { entities, migrations } from '../../dist/schema.js';

const template = 'creneau_template';

/**
 * `embedded`: what `npm start` brings up. `debian`: the distribution's PostgreSQL, Redis and (per
 * test) Mosquitto.
 */
export async function startTestServices(folder, kind) {
  const services = kind === 'debian' ? await startDebian(folder) : await startOwn(folder);
  await makeTemplate(services.postgresUrl);
  return { ...services, template };
}

async function startOwn(folder) {
  const log = {
    info: (message) => process.stdout.write(`${message}\n`),
    warn: (message) => process.stderr.write(`${message}\n`),
  };
  const embedded = await startEmbedded({
    dataDir: folder,
    needs: { postgres: true, queue: true },
    redis: await findRedis(process.env.PATH ?? ''),
    log,
  });
  return {
    postgresUrl: embedded.databaseUrl,
    redisUrl: embedded.queue?.kind === 'redis' ? embedded.queue.url : null,
    stop: () => embedded.stop(),
  };
}

/** The script prints the addresses, then runs until its standard input ends. */
async function startDebian(folder) {
  const script = fileURLToPath(new URL('./debian-services.sh', import.meta.url));
  const child = spawn('bash', [script, folder], { stdio: ['pipe', 'pipe', 'inherit'] });
  const addresses = {};
  for await (const line of createInterface({ input: child.stdout })) {
    if (line === 'ready') break;
    const [name, value] = line.split('=');
    addresses[name] = value;
  }
  if (!addresses.DATABASE_URL || !addresses.REDIS_URL)
    throw new Error('Debian’s services did not start: see the lines above.');
  return {
    postgresUrl: addresses.DATABASE_URL,
    redisUrl: addresses.REDIS_URL,
    stop: async () => {
      child.stdin.end();
      if (child.exitCode === null) await once(child, 'exit');
    },
  };
}

/** Every test's database is a copy of this migrated one. */
async function makeTemplate(postgresUrl) {
  const admin = new pg.Client({ connectionString: postgresUrl });
  await admin.connect();
  await admin.query(`CREATE DATABASE ${template}`);
  await admin.end();
  const url = new URL(postgresUrl);
  url.pathname = `/${template}`;
  const dataSource = new DataSource(dataSourceOptions(url.toString(), 2, entities, migrations));
  await dataSource.initialize();
  await migrate(dataSource);
  await dataSource.destroy();
}
