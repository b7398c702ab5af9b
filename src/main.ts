import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bringUp } from './bring-up.js';
import type { BroughtUp } from './bring-up.js';
import { ConfigInvalid } from './config/config.js';
import type { Config } from './config/config.js';
import { childEnvironment, readConfig } from './config/environment.js';
import { createDemo, observerName, simulatedMachines } from './demo/create-demo.js';
import { demoLab, demoMembers } from './demo/demo-lab.js';
import { runSimulators } from './demo/run-simulators.js';
import { openApp } from './open-app.js';
import { serveWebApp } from './platform/http/web-app.js';
import { createLog } from './platform/logging/log.js';
import type { Log } from './platform/logging/log.js';
import { MqttLink } from './platform/mqtt/mqtt-link.js';

const stopTimeoutMs = 9_500;
const webFolder = join(dirname(fileURLToPath(import.meta.url)), '..', 'web', 'dist');

async function main(): Promise<void> {
  const config = readConfig();
  const log = createLog(config.logLevel, process.stdout.isTTY);
  const stopping = stopper(log);
  const up = await bringUp(config, log);
  stopping.add(() => up.stop());

  const demo = await prepareDemo(config, up);
  const address = config.http.publicUrl ?? `http://localhost:${config.http.port}`;
  const app = await openApp(config, up, log);
  await serveWebApp(app, webFolder);
  stopping.add(() => app.close());
  await app.listen(config.http.port, config.http.host);
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
    stopping.add(() => simulators.stop());
  }
  announceReady(config, up, address, demo);
}

/** The demo runs on embedded services or where it is asked for, never on somebody's real lab. */
async function prepareDemo(config: Config, up: BroughtUp): Promise<boolean> {
  const wanted = config.demo.wanted ?? up.allEmbedded;
  if (!wanted) return false;
  await createDemo(up.database, config.demo.password);
  const lab = await up.database.row('SELECT 1 FROM labs WHERE slug = $1', [demoLab.slug]);
  return lab !== null && config.roles.includes('gateway');
}

function announceReady(config: Config, up: BroughtUp, address: string, demo: boolean): void {
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

/** Stops in the reverse order of the start, once, within ten seconds. */
function stopper(log: Log): { add(step: () => Promise<void>): void } {
  const steps: (() => Promise<void>)[] = [];
  let stopping = false;
  const stop = async (signal: string) => {
    if (stopping) return;
    stopping = true;
    log.info({ signal }, 'stopping');
    setTimeout(() => {
      log.error('stopping took too long');
      process.exit(1);
    }, stopTimeoutMs).unref();
    for (const step of steps.reverse()) {
      await step().catch((error: unknown) =>
        log.error({ err: error }, 'a step of stopping failed'),
      );
    }
    log.info('stopped');
    process.exit(0);
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => void stop(signal));
  }
  return { add: (step) => steps.push(step) };
}

main().catch((error: unknown) => {
  const known =
    error instanceof ConfigInvalid || (error instanceof Error && error.name.startsWith('DataDir'));
  const message =
    error instanceof Error
      ? known
        ? error.message
        : (error.stack ?? error.message)
      : String(error);
  process.stderr.write(`Créneau could not start.\n${message}\n`);
  process.exit(1);
});
