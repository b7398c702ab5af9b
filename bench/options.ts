import { parseArgs } from 'node:util';

export const rowNames = ['place', 'availability', 'week', 'mqtt', 'queue'] as const;
export type RowName = (typeof rowNames)[number];

export interface Options {
  readonly rows: readonly RowName[];
  /** How many bookings the calendar holds before anything is measured. */
  readonly bookings: number;
  /** How often ours and the bare baseline take turns. */
  readonly rounds: number;
  /** Length of one turn against that of a full run. */
  readonly scale: number;
  readonly write: boolean;
}

export const usage = `npm run bench -- [options]

  --quick            two short rounds on a smaller calendar, in less than a minute
  --only=<rows>      some of ${rowNames.join(', ')}, with commas between
  --bookings=<n>     size of the calendar (1000000, of five years; quick 60000)
  --rounds=<n>       turns of each (5; quick 2)
  --write            also write bench/results.md

DATABASE_URL, REDIS_URL and MQTT_URL are used where set, else services of our own are started.
`;

/** @throws an Error with a text for the person who typed the options */
export function parsedOptions(words: readonly string[]): Options | 'help' {
  const { values } = parseArgs({
    args: [...words],
    options: {
      quick: { type: 'boolean', default: false },
      only: { type: 'string', default: rowNames.join(',') },
      bookings: { type: 'string' },
      rounds: { type: 'string' },
      write: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return 'help';
  return {
    rows: values.only.split(',').map(rowName),
    bookings: counted('bookings', values.bookings, values.quick ? 60_000 : 1_000_000),
    rounds: counted('rounds', values.rounds, values.quick ? 2 : 5),
    scale: values.quick ? 0.3 : 1,
    write: values.write,
  };
}

function rowName(word: string): RowName {
  const name = rowNames.find((known) => known === word.trim());
  if (!name) throw new Error(`--only knows ${rowNames.join(', ')}`);
  return name;
}

function counted(name: string, text: string | undefined, otherwise: number): number {
  if (text === undefined) return otherwise;
  const number = Number(text);
  if (!Number.isInteger(number) || number < 1) throw new Error(`--${name} is a whole number`);
  return number;
}
