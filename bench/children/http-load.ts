import { quantile } from '../measure/spread.js';
import { slotAt } from '../services/slots.js';
import type { Slots } from '../services/slots.js';
import { processorSeconds, serveParent } from './child-side.js';
import { HttpConnection } from './http-connection.js';

export interface LoadSettings {
  readonly slots: Slots;
  readonly members: readonly { readonly id: string; readonly cookie: string }[];
}

export interface LoadOrder {
  readonly port: number;
  readonly path: string;
  readonly seconds: number;
}

export interface LoadAnswer {
  readonly perSecond: number;
  /** Milliseconds. */
  readonly p50: number;
  readonly p99: number;
  /** What the load generator itself used of one processor, 0 to 1. */
  readonly generator: number;
}

/** Books as fast as it is answered: one member a connection, every slot once. */
serveParent(async ({ slots, members }: LoadSettings) => {
  let nextSlot = 0;

  const bookUntil = async (
    end: number,
    member: LoadSettings['members'][number],
    order: LoadOrder,
  ) => {
    const connection = await HttpConnection.open(order.port, { cookie: member.cookie });
    const milliseconds: number[] = [];
    try {
      for (let now = performance.now(); now < end; now = performance.now()) {
        const wanted = JSON.stringify({ ...slotAt(slots, nextSlot++), memberId: member.id });
        const { status, body } = await connection.post(order.path, wanted);
        if (status !== 201) throw new Error(`a booking was answered with ${status}: ${body}`);
        milliseconds.push(performance.now() - now);
      }
    } finally {
      connection.close();
    }
    return milliseconds;
  };

  return {
    ready: null,
    obey: async (order: LoadOrder): Promise<LoadAnswer> => {
      const begun = performance.now();
      const used = processorSeconds();
      const end = begun + order.seconds * 1_000;
      const all = await Promise.all(members.map((member) => bookUntil(end, member, order)));
      const seconds = (performance.now() - begun) / 1_000;
      const sorted = all.flat().sort((a, b) => a - b);
      return {
        perSecond: sorted.length / seconds,
        p50: quantile(sorted, 0.5),
        p99: quantile(sorted, 0.99),
        generator: (processorSeconds() - used) / seconds,
      };
    },
    stop: () => Promise.resolve(),
  };
});
