import { fileURLToPath } from 'node:url';
import type { Row } from './bench.js';
import { isMet } from './measure/result.js';
import type { RowReport } from './measure/result.js';
import { parsedOptions, usage } from './options.js';
import type { Options, RowName } from './options.js';
import { writeResults } from './report/results-file.js';
import { surroundings } from './report/surroundings.js';
import { table } from './report/table.js';
import { availability } from './rows/availability.js';
import { mqttIntake } from './rows/mqtt-intake.js';
import { placeBooking } from './rows/place-booking.js';
import { queueHandover } from './rows/queue-handover.js';
import { weekView } from './rows/week-view.js';
import { bringUp } from './services/bring-up.js';
import { fillCalendar } from './services/calendar.js';
import { createLab } from './services/lab.js';
import { Scope } from './services/scope.js';

const rows: Readonly<Record<RowName, Row>> = {
  place: placeBooking,
  availability,
  week: weekView,
  mqtt: mqttIntake,
  queue: queueHandover,
};

const resultsFile = fileURLToPath(new URL('../../../bench/results.md', import.meta.url));

let interrupted = false;

async function measured(options: Options, scope: Scope): Promise<string> {
  const begun = performance.now();
  const say = (text: string) =>
    process.stderr.write(
      `${((performance.now() - begun) / 1_000).toFixed(1).padStart(6)} s  ${text}\n`,
    );
  say('bringing up the services');
  const services = await bringUp(scope);
  say(`filling the calendar with ${options.bookings} bookings`);
  const lab = await createLab(services.database);
  await fillCalendar(services.database, lab, options.bookings);
  const reports: RowReport[] = [];
  for (const name of options.rows) {
    say(`measuring: ${name}`);
    reports.push(await rows[name]({ options, services, lab }));
  }
  say('done');
  const results = reports.flatMap((report) => report.results);
  const missed = results.filter((result) => isMet(result) === false).length;
  const lines = [
    ...surroundings(services),
    `${options.bookings} bookings on ${lab.machines.length} machines before the first row; ` +
      `${options.rounds} rounds, ours and bare in turn; median (least–most)`,
    ...reports.flatMap((report) => report.notes),
  ];
  return [
    table(results),
    lines.map((line) => `- ${line}`).join('\n'),
    missed === 0 ? 'Every aim is met.' : `${missed} of the aims missed.`,
  ].join('\n\n');
}

async function main(): Promise<void> {
  const options = parsedOptions(process.argv.slice(2));
  if (options === 'help') return void process.stdout.write(usage);
  const scope = new Scope();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      // What runs in rows of its own ends with us; the rest is taken down here.
      interrupted = true;
      void scope.end().finally(() => process.exit(130));
    });
  }
  try {
    const report = await measured(options, scope);
    process.stdout.write(`\n${report}\n`);
    if (options.write) await writeResults(resultsFile, `${report}\n`);
  } finally {
    await scope.end();
  }
}

main().catch((error: unknown) => {
  if (interrupted) return;
  process.stderr.write(`${error instanceof Error ? (error.stack ?? '') : String(error)}\n`);
  process.exitCode = 1;
});
