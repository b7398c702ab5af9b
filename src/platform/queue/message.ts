/**
 * A queue message carries ids only; PostgreSQL holds the truth. Each type names its queue,
 * and exactly one handler must exist for it or the start fails.
 */
export const queueNames = ['flow', 'analysis'] as const;
export type QueueName = (typeof queueNames)[number];

export interface MessageType<P> {
  readonly name: string;
  readonly queue: QueueName;
  /** Never set: carries the payload's type. */
  readonly payload?: P;
}

const types = new Map<string, MessageType<unknown>>();

export function defineMessage<P extends Readonly<Record<string, string | number | null>>>(
  name: string,
  queue: QueueName,
): MessageType<P> {
  if (types.has(name)) throw new Error(`The message ${name} is defined twice`);
  const type: MessageType<P> = { name, queue };
  types.set(name, type);
  return type;
}

export function messageType(name: string): MessageType<unknown> | undefined {
  return types.get(name);
}

export function messageTypes(): readonly MessageType<unknown>[] {
  return [...types.values()];
}
