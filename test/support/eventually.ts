import { setTimeout as delay } from 'node:timers/promises';

const pollMs = 25;

/**
 * Waits until `look` stops throwing (an `expect` in it, say) and gives what it gave. The limit
 * only ends a test that would never pass; it asserts no speed.
 */
export async function eventually<T>(look: () => Promise<T> | T, withinMs = 60_000): Promise<T> {
  const end = performance.now() + withinMs;
  for (;;) {
    try {
      return await look();
    } catch (error) {
      if (performance.now() > end) throw error;
      await delay(pollMs);
    }
  }
}
