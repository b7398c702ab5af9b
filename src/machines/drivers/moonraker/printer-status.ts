import { z } from 'zod';
import type { Temperatures } from '../driver.js';
import { valid } from '../shared/json-message.js';
import type { Word } from '../shared/run-story.js';

/**
 * What is known of Klipper's status objects. Moonraker sends what changed, in one message or
 * field by field, retained or not, and at QoS 0; so every field is kept with its own time.
 */
const finite = z.number().refine(Number.isFinite);
const text = z.string().max(2_000);
const heater = z.object({ temperature: finite, target: finite }).partial();

const heaters = [
  'heater_bed',
  'extruder',
  'extruder1',
  'extruder2',
  'extruder3',
  'extruder4',
  'extruder5',
  'extruder6',
  'extruder7',
] as const;
type Heater = (typeof heaters)[number];

const printStates = ['standby', 'printing', 'paused', 'complete', 'error', 'cancelled'] as const;

const statusObjects = z
  .object({
    webhooks: z.object({ state: text, state_message: text }).partial(),
    print_stats: z
      .object({ filename: text.nullable(), state: z.enum(printStates), message: text.nullable() })
      .partial(),
    virtual_sdcard: z.object({ progress: finite.min(0).max(1) }).partial(),
    ...(Object.fromEntries(heaters.map((name) => [name, heater])) as Record<Heater, typeof heater>),
  })
  .partial();

const eventtime = finite.min(0);
export const statusMessage = z.object({ eventtime, status: statusObjects });
const fieldMessage = z.object({ eventtime, value: z.unknown() });

type Value = string | number | null;

export interface PrinterStatus {
  /** By `object.field`: only those above. */
  readonly fields: Readonly<Record<string, { readonly value: Value; readonly at: number }>>;
}

export const nothingKnown: PrinterStatus = { fields: {} };

/** All that a driver of this family asks for. */
export const wantedObjects: readonly string[] = [
  'webhooks',
  'print_stats',
  'virtual_sdcard',
  ...heaters,
];

/** One message of one field. @throws Undecodable */
export function ofOneField(
  object: string,
  field: string,
  value: unknown,
): z.infer<typeof statusMessage> {
  const said = valid(fieldMessage, value);
  const status = valid(statusObjects, { [object]: { [field]: said.value } });
  return { eventtime: said.eventtime, status };
}

/** @param whole an answer to a question: it holds whatever its time, for clocks begin anew */
export function merged(
  before: PrinterStatus,
  { eventtime: at, status }: z.infer<typeof statusMessage>,
  whole: boolean,
): PrinterStatus {
  const said = Object.entries(status).flatMap(([object, fields]) =>
    Object.entries(fields ?? {}).map(
      ([field, value]) => [`${object}.${field}`, value as Value] as const,
    ),
  );
  const newer = said.filter(([name]) => whole || at >= (before.fields[name]?.at ?? 0));
  if (newer.length === 0) return before;
  const fields = {
    ...before.fields,
    ...Object.fromEntries(newer.map(([name, value]) => [name, { value, at }])),
  };
  return { fields: withoutTheOldEnd(before.fields, fields, at) };
}

/**
 * Field by field, the new file's name may come before its state: until then the end of the file
 * before it must not count for it.
 */
function withoutTheOldEnd(
  before: PrinterStatus['fields'],
  after: PrinterStatus['fields'],
  at: number,
): PrinterStatus['fields'] {
  const changed = before[fileField]?.value !== after[fileField]?.value;
  const state = after[stateField];
  if (!changed || !state || state.at >= at) return after;
  if (endOf(state.value) === null) return after;
  const { [stateField]: _, ...rest } = after;
  return rest;
}

const fileField = 'print_stats.filename';
const stateField = 'print_stats.state';

/** Null: not enough is known yet. */
export function wordOf({ fields }: PrinterStatus): Word | null {
  const state = fields[stateField]?.value ?? null;
  const klippy = klippyWord(fields);
  // A state without the file it is about would be taken for one of another file.
  if (klippy === null && (state === null || !fields[fileField])) return null;
  if (!reasonIsTold(fields)) return null;
  const file = textOf(fields[fileField]?.value);
  return {
    doing: klippy?.doing ?? doingOf(state),
    file: file === '' ? null : file,
    ended: klippy ? null : endOf(state),
    progress: numberOf(fields['virtual_sdcard.progress']?.value),
    // Progress is a place in the file, which is no measure of time.
    remaining: null,
    temperatures: temperaturesOf(fields),
    error: klippy?.error ?? (state === 'error' ? messageOf(fields) : null),
  };
}

/** Null: Klipper is ready, as far as is known. */
function klippyWord(
  fields: PrinterStatus['fields'],
): { doing: 'attention' | 'error'; error: string } | null {
  const state = textOf(fields['webhooks.state']?.value);
  if (state === null || state === 'ready') return null;
  const said = textOf(fields['webhooks.state_message']?.value);
  const error = (said ?? `Klipper: ${state}`).slice(0, 500);
  // Only these end a run for certain; a restart of Moonraker alone looks like the others.
  return { doing: state === 'shutdown' || state === 'error' ? 'error' : 'attention', error };
}

/**
 * Field by field, an error comes before its reason. What was said before it is about something
 * else; where the reason is the same as then, the next answer about the whole settles it.
 */
function reasonIsTold(fields: PrinterStatus['fields']): boolean {
  const klippy = fields['webhooks.state'];
  const [state, message] =
    klippy && klippy.value !== 'ready'
      ? [klippy, fields['webhooks.state_message']]
      : [fields[stateField], fields['print_stats.message']];
  const isError = state === klippy || state?.value === 'error';
  return !isError || !state || (message !== undefined && message.at >= state.at);
}

function doingOf(state: Value): Word['doing'] {
  if (state === 'printing') return 'running';
  return state === 'paused' ? 'paused' : 'idle';
}

function endOf(state: Value): Word['ended'] {
  switch (state) {
    case 'complete':
      return 'completed';
    case 'cancelled':
      return 'cancelled';
    case 'error':
      return 'failed';
    default:
      return null;
  }
}

function messageOf(fields: PrinterStatus['fields']): string {
  return (textOf(fields['print_stats.message']?.value) || 'the print ended in an error').slice(
    0,
    500,
  );
}

function temperaturesOf(fields: PrinterStatus['fields']): Temperatures | null {
  const known = heaters.flatMap((name) => {
    const actual = numberOf(fields[`${name}.temperature`]?.value);
    if (actual === null) return [];
    const target = numberOf(fields[`${name}.target`]?.value);
    return [[shownName(name), { actual, target }] as const];
  });
  return known.length > 0 ? Object.fromEntries(known) : null;
}

function shownName(heaterName: Heater): string {
  return heaterName.replace('heater_bed', 'bed').replace('extruder', 'nozzle');
}

function textOf(value: Value | undefined): string | null {
  return typeof value === 'string' ? value : null;
}

function numberOf(value: Value | undefined): number | null {
  return typeof value === 'number' ? value : null;
}
