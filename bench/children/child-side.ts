export type FromChild<A> = { readonly done: A } | { readonly failed: string };

export interface Served<R, O, A> {
  readonly ready: R;
  readonly obey: (order: O) => Promise<A>;
  readonly stop: () => Promise<void>;
}

const patienceMs = 5_000;

/** The child's side of `startChild`: the first message is its settings, every other an order. */
export function serveParent<S, R, O, A>(start: (settings: S) => Promise<Served<R, O, A>>): void {
  // Ctrl-C reaches the whole group: the parent decides, and its going ends us.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => undefined);
  let served: Promise<Served<R, O, A>> | null = null;
  process.on('message', (message) => {
    if (served) return void answer(served.then(({ obey }) => obey(message as O)));
    served = start(message as S);
    void answer(served.then(({ ready }) => ready));
  });
  process.on('disconnect', () => {
    // The parent may have been killed, and every service with it.
    setTimeout(() => process.exit(1), patienceMs).unref();
    const stopped = served?.then(({ stop }) => stop()) ?? Promise.resolve();
    stopped.then(
      () => process.exit(0),
      (error: unknown) => {
        console.error(error);
        process.exit(1);
      },
    );
  });
}

async function answer<T>(work: Promise<T>): Promise<void> {
  const message: FromChild<T> = await work.then(
    (done) => ({ done }),
    (error: unknown) => ({ failed: error instanceof Error ? (error.stack ?? '') : String(error) }),
  );
  process.send?.(message);
}

/** Seconds of processor time this process has used. */
export function processorSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}
