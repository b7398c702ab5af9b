import { z } from 'zod';
import type { CommandAnswer, CommandType, OutgoingCommand, Publication, Run } from '../driver.js';
import { statusMessage, wantedObjects } from './printer-status.js';

/** JSON-RPC 2.0 over MQTT. All clients hear all answers: only the id tells whose it is. */

const idPrefix = 'creneau';
const wholeId = `${idPrefix}/whole`;

const answer = z.union([
  z.object({ id: z.unknown(), error: z.object({ code: z.number(), message: z.string() }) }),
  z.object({ id: z.unknown(), result: z.unknown() }),
]);
export const rpcAnswer = answer;
export type RpcAnswer = z.infer<typeof answer>;

export const wholeStatus = statusMessage;

/** The whole, since what is sent by itself is only what changed, and may be lost. */
export function askForAll(): Publication {
  const objects = Object.fromEntries(wantedObjects.map((name) => [name, null]));
  return request('printer.objects.query', { objects }, wholeId);
}

/** Null: not one that a controller of this family carries out by RPC. */
export function rpcOf({ type, commandId }: OutgoingCommand, run: Run): Publication | null {
  const id = `${idPrefix}/${type}/${commandId}`;
  switch (type) {
    case 'start':
      return request('printer.print.start', { filename: run.file }, id);
    case 'pause':
    case 'resume':
    case 'cancel':
      return request(`printer.print.${type}`, {}, id);
    default:
      return null;
  }
}

/** At most once, and never kept by the broker for a machine that is away: it knows no expiry. */
function request(method: string, params: object, id: string): Publication {
  const payload = JSON.stringify({ jsonrpc: '2.0', method, params, id });
  return { via: 'mqtt', topic: 'moonraker/api/request', payload, qos: 0 };
}

export type Answered =
  { readonly to: 'whole' } | { readonly to: CommandType; readonly commandId: string } | null;

/** Whether it is an answer to us. */
export function answeredTo(id: unknown): Answered {
  if (id === wholeId) return { to: 'whole' };
  const [, type, commandId] = typeof id === 'string' ? (idPattern.exec(id) ?? []) : [];
  return type && commandId ? { to: type as CommandType, commandId } : null;
}

const idPattern = new RegExp(`^${idPrefix}/(start|pause|resume|cancel)/([0-9a-f-]{36})$`);

/** "Duplicate": it came twice, and was answered the first time. */
const duplicateCode = -10_000;

/** Null: it says nothing for certain, and the machine's reports must. */
export function commandAnswer(type: CommandType, said: RpcAnswer): CommandAnswer | null {
  if (!('error' in said))
    return { status: type === 'start' ? 'accepted' : 'finished', error: null };
  const { code, message } = said.error;
  if (code === duplicateCode) return null;
  // Klipper was away, or did not answer in time: the print may begin all the same.
  if (type === 'start' && code >= 500) return null;
  return { status: 'rejected', error: message.slice(0, 500) };
}
