import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { DataSource } from 'typeorm';
import { AppModule } from './app.module.js';
import { parseConfig } from './config/config.js';
import type { Config } from './config/config.js';
import { readConfig } from './config/environment.js';
import { createDemo, simulatedMachines } from './demo/create-demo.js';
import { addLab } from './machines/add-lab.js';
import { mosquittoFiles } from './machines/mosquitto-files.js';
import { openApiDocument } from './openapi.js';
import { memberRoles } from './people/member.entity.js';
import { addMember } from './people/members.js';
import { dataSourceOptions, migrate, schemaDifferences } from './platform/database/data-source.js';
import { Database } from './platform/database/database.js';
import { createHttpApp } from './platform/http/http-app.js';
import { createLog } from './platform/logging/log.js';
import { listDeadLetters, retryDeadLetter } from './platform/outbox/dead-letters.js';
import { entities, migrations } from './schema.js';

const usage = `creneau <command>, run as \`npm run cli -- <command>\`

  migrate              run the missing migrations on DATABASE_URL
  migrate undo         take the last migration back
  schema-check         fail if the entities and the migrated schema differ
  demo                 create the demo lab in an empty database
  lab add <slug> <name> [time zone]        a lab, open on weekdays from 9 to 18; Europe/Paris
  member add <e-mail> <name> [role]        a member, lab_manager or administrator (by default);
                       the password is the first line on standard input
  mqtt export <folder> write Mosquitto's \`passwd\` and \`acl\`; our own account is that of MQTT_URL
  dead-letters         list the messages that were given up on
  dead-letters retry <id>   hand one back to the queue, once its cause is mended
  openapi              print the OpenAPI document
`;

const commands: Record<string, (words: readonly string[]) => Promise<void>> = {
  migrate: ([direction]) =>
    onDatabase(async (dataSource) => {
      if (direction === 'undo') await dataSource.undoLastMigration();
      else
        process.stderr.write(
          `ran: ${(await migrate(dataSource)).join(', ') || 'nothing, up to date'}\n`,
        );
    }),
  'schema-check': () =>
    onDatabase(async (dataSource) => {
      const differences = await schemaDifferences(dataSource);
      if (differences.length === 0) return;
      throw new Error(`The schema differs from the entities:\n${differences.join('\n')}`);
    }),
  demo: async () => {
    const config = readConfig();
    await withDatabase(async (database) => {
      await createDemo(database, config.demo.password);
      await simulatedMachines(database, config.dataDir);
    });
  },
  lab: async ([verb, slug = '', name = '', timeZone = 'Europe/Paris']) => {
    if (verb !== 'add' || !/^[a-z0-9]+(-[a-z0-9]+)*$/.test(slug) || !name) throw new Error(usage);
    await withDatabase((database) =>
      addLab(database, { slug, name, timeZone, openingHours: weekdaysNineToSix }),
    );
  },
  member: async ([verb, email = '', name = '', role = 'administrator']) => {
    const known = memberRoles.find((one) => one === role);
    if (verb !== 'add' || !email.includes('@') || !name || !known) throw new Error(usage);
    const password = await firstLine();
    if (password.length < 8) throw new Error('The password needs at least 8 characters.');
    await withDatabase((database) => addMember(database, { email, name, role: known, password }));
  },
  mqtt: async ([verb, folder]) => {
    if (verb !== 'export' || !folder) throw new Error(usage);
    const config = readConfig();
    await withDatabase(async (database) => {
      const { passwords, acl } = await mosquittoFiles(database, gatewayAccount(config));
      await mkdir(folder, { recursive: true });
      await writeFile(join(folder, 'passwd'), passwords, { mode: 0o640 });
      await writeFile(join(folder, 'acl'), acl, { mode: 0o640 });
    });
  },
  'dead-letters': ([verb, id = '']) =>
    withDatabase(async (database) => {
      if (verb === 'retry') {
        const given = /^\d+$/.test(id) && (await retryDeadLetter(database, id));
        if (!given) throw new Error('There is no dead letter of that id.');
        return;
      }
      for (const letter of await listDeadLetters(database))
        process.stdout.write(`${JSON.stringify(letter)}\n`);
    }),
  openapi: async () => {
    // Only the shape is asked for: nothing is connected to.
    const log = createLog('silent', false);
    const services = {
      databaseUrl: 'postgres://127.0.0.1:1/none',
      queue: { kind: 'redis', url: 'redis://127.0.0.1:1' },
      mqttUrl: 'mqtt://127.0.0.1:1',
    } as const;
    const module = AppModule.forRoot({
      config: parseConfig({ ROLES: 'api' }),
      services,
      filesFolder: '.',
      baseUrl: '',
      log,
    });
    const options = { trustProxy: [], uploadMaxBytes: 1, secure: false, preview: true };
    const app = await createHttpApp(module, options, log);
    process.stdout.write(`${JSON.stringify(openApiDocument(app), null, 2)}\n`);
    process.exit(0);
  },
};

async function onDatabase(work: (dataSource: DataSource) => Promise<void>): Promise<void> {
  const url = databaseUrl(readConfig());
  const dataSource = await new DataSource(
    dataSourceOptions(url, 3, entities, migrations),
  ).initialize();
  try {
    await work(dataSource);
  } finally {
    await dataSource.destroy();
  }
}

const weekdaysNineToSix = [
  { days: ['mon', 'tue', 'wed', 'thu', 'fri'], opens: '09:00', closes: '18:00' },
] as const;

async function withDatabase(work: (database: Database) => Promise<unknown>): Promise<void> {
  await onDatabase(async (dataSource) => {
    await work(new Database(dataSource));
  });
}

async function firstLine(): Promise<string> {
  for await (const line of createInterface({ input: process.stdin })) return line;
  return '';
}

function databaseUrl(config: Config): string {
  if (config.database.url === null) throw new Error('Set DATABASE_URL.');
  return config.database.url;
}

function gatewayAccount(config: Config): { username: string; password: string } | null {
  if (config.mqtt.url === null) return null;
  const { username, password } = new URL(config.mqtt.url);
  if (!username) return null;
  return { username: decodeURIComponent(username), password: decodeURIComponent(password) };
}

const [name = '', ...words] = process.argv.slice(2);
const command = commands[name];
if (!command) {
  process.stderr.write(usage);
  process.exit(name ? 2 : 0);
}
command(words).then(
  () => process.exit(0),
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(1);
  },
);
