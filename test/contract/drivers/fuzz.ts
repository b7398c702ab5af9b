import type { Family } from './family.js';

/** A generator with a seed, so that what fails once fails again (mulberry32). */
export function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

export interface FuzzedMessage {
  readonly topic: string;
  readonly payload: Buffer;
}

/** None of these is a sound message, whatever it looks like. */
export function* fuzzedMessages(
  { vital, malformed, driver }: Family,
  count: number,
  random: () => number,
): Iterable<FuzzedMessage> {
  const pick = <T>(values: readonly T[]): T => values[Math.floor(random() * values.length)] as T;
  const noise = (length: number) =>
    Buffer.from(Array.from({ length }, () => Math.floor(random() * 256)));
  const topics = driver.subscriptions.map(({ filter }) =>
    filter.replace(/[#+]/g, () => `x${Math.floor(random() * 1e6)}`),
  );
  const strangeTopic = () =>
    pick([
      () => `${pick(topics)}/${Math.floor(random() * 1e6)}`,
      () => noise(1 + Math.floor(random() * 40)).toString('latin1'),
      () => '/'.repeat(1 + Math.floor(random() * 200)),
      () => `klipper/state/extruder${Math.floor(random() * 1e6)}/__proto__`,
      () => 'x'.repeat(60_000),
      () => '',
    ])();
  const wrong = () => pick<unknown>([{}, [], true, 'x'.repeat(5_000), { toString: 1 }, [[[]]]]);
  const spoilt = (): FuzzedMessage => {
    const [topic, message, path] = pick(vital);
    return { topic, payload: Buffer.from(JSON.stringify(replaced(message, path, wrong()))) };
  };
  const cut = (): FuzzedMessage => {
    const [topic, message] = pick(vital);
    const text = JSON.stringify(message);
    return {
      topic,
      payload: Buffer.from(text.slice(0, 1 + Math.floor(random() * (text.length - 2)))),
    };
  };
  const kinds: (() => FuzzedMessage)[] = [
    spoilt,
    cut,
    () => ({ topic: pick(topics), payload: noise(1 + Math.floor(random() * 200)) }),
    () => ({ topic: strangeTopic(), payload: noise(1 + Math.floor(random() * 50)) }),
    () => ({ topic: strangeTopic(), payload: Buffer.from(JSON.stringify(pick(vital)[1])) }),
    () => ({ topic: pick(topics), payload: pick(deep) }),
    () => {
      const [topic, payload] = pick(malformed);
      return { topic, payload: Buffer.from(payload) };
    },
  ];
  for (let index = 0; index < count; index += 1) yield pick(kinds)();
}

const deep = [
  Buffer.from('['.repeat(30_000)),
  Buffer.from(`${'['.repeat(2_000)}${']'.repeat(2_000)}`),
  Buffer.from(`${'{"status":'.repeat(2_000)}1${'}'.repeat(2_000)}`),
  Buffer.from(`"${'x'.repeat(65_000)}"`),
  Buffer.from('{"__proto__":{"state":"error"},"constructor":1}'),
];

function replaced(message: object, [first, ...rest]: readonly string[], value: unknown): object {
  if (first === undefined) return message;
  const inner = (message as Record<string, unknown>)[first];
  return {
    ...message,
    [first]: rest.length === 0 ? value : replaced(inner as object, rest, value),
  };
}
