import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bringUp } from './bring-up.js';
import type { BroughtUp } from './bring-up.js';
import type { Config } from './config/config.js';
import { childEnvironment, readConfig } from './config/environment.js';
import { createDemo, observerName, simulatedMachines } from './demo/create-demo.js';
import { demoLab, demoMembers } from './demo/demo-lab.js';
import { runSimulators } from './demo/run-simulators.js';
import { openApp } from './open-app.js';
import { CannotStart, portTaken } from './platform/cannot-start.js';
import { serveWebApp } from './platform/http/web-app.js';
import { createLog } from './platform/logging/log.js';
import { MqttLink } from './platform/mqtt/mqtt-link.js';
import type { Log } from './platform/logging/log.js';
import { Shutdown } from './shutdown.js';

const webFolder = join(dirname(fileURLToPath(import.meta.url)), '..', 'web', 'dist');

async function main(): Promise<void> {
  const config = readConfig();
  const log = createLog(config.logLevel, process.stdout.isTTY);
  const shutdown = new Shutdown(log);
  try {
    await start(config, log, shutdown);
  } catch (error) {
    // Asked to stop in mid-start: what fails now only finds its services gone.
    if (!shutdown.hasBegun) throw error;
  }
}

async function start(config: Config, log: Log, shutdown: Shutdown): Promise<void> {
  const up = await bringUp(config, log);
  await shutdown.add(() => up.stop());
  const demo = await prepareDemo(config, up);
  const app = await openApp(config, up, log);
  await shutdown.add(() => app.close());
  await serveWebApp(app, webFolder);
  await app.listen(config.http.port, config.http.host).catch(portTaken(config.http.port));
  app.get(MqttLink).open();
  if (demo) {
    const simulators = runSimulators(
      {
        mqttUrl: up.machineMqttUrl,
        lab: demoLab.slug,
        speed: config.demo.speed,
        stateDir: join(up.dataDir, 'simulators'),
        machines: await simulatedMachines(up.database, up.dataDir),
        environment: childEnvironment(),
      },
      log,
    );
    await shutdown.add(() => simulators.stop());
  }
  announceReady(config, up, demo);
}

/** The demo runs on embedded services or where it is asked for, never on somebody's real lab. */
async function prepareDemo(config: Config, up: BroughtUp): Promise<boolean> {
  const wanted = config.demo.wanted ?? up.allEmbedded;
  if (!wanted) return false;
  await createDemo(up.database, config.demo.password);
  const lab = await up.database.row('SELECT 1 FROM labs WHERE slug = $1', [demoLab.slug]);
  return lab !== null && config.roles.includes('gateway');
}

function announceReady(config: Config, up: BroughtUp, demo: boolean): void {
  const address = config.http.publicUrl ?? `http://localhost:${config.http.port}`;
  const lines = ['', `  Créneau  ${address}`, ''];
  if (demo) {
    lines.push('  Demo sign-ins / connexions de démonstration :');
    for (const { email } of demoMembers) lines.push(`    ${email}   ${config.demo.password}`);
    lines.push('', `  MQTT  ${up.machineMqttUrl}   ${observerName}   ${config.demo.password}`);
    lines.push(
      `  Simulated machines run ${config.demo.speed} times faster than their files say.`,
      '',
    );
  }
  process.stdout.write(`${lines.join('\n')}\n`);
}

main().catch((error: unknown) => {
  const known = error instanceof CannotStart;
  const reason = error instanceof Error ? (known ? error.message : error.stack) : String(error);
  process.stderr.write(`Créneau could not start.\n${reason ?? 'unknown'}\n`);
  process.exit(1);
});
