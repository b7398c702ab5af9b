import { Inject, Injectable } from '@nestjs/common';
import type { BeforeApplicationShutdown, OnApplicationBootstrap } from '@nestjs/common';
import { z } from 'zod';
import { machineTopic, parsedTopic, topicRoot } from '../../machines/topics.js';
import { Database } from '../../platform/database/database.js';
import type { Log } from '../../platform/logging/log.js';
import { Metrics } from '../../platform/metrics/metrics.js';
import { MqttLink } from '../../platform/mqtt/mqtt-link.js';
import { LOG } from '../../platform/tokens.js';
import { answerBadge, forgetBadgeReads } from './answer-badge.js';

const tapSchema = z.object({
  uid: z.string().min(1).max(64),
  at: z.string().min(1).max(40),
});

const longestPayload = 1_024;
/** More taps at once than people can hold cards to readers: somebody floods us. */
const mostAtOnce = 100;
const warnAgainMs = 60_000;
const forgetEveryMs = 6 * 3_600_000;

/** Takes the taps that readers publish on `badge` and answers each on `badge/reply`. */
@Injectable()
export class BadgeReader implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly answering = new Set<Promise<void>>();
  private readonly warnedAt = new Map<string, number>();
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly database: Database,
    @Inject(MqttLink) private readonly mqtt: MqttLink,
    private readonly metrics: Metrics,
    @Inject(LOG) private readonly log: Log,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    await this.mqtt.subscribe(`${topicRoot}/+/+/badge`, 1, (topic, payload, retained) =>
      this.receive(topic, payload, retained),
    );
    this.timer = setInterval(
      () =>
        void forgetBadgeReads(this.database).catch((error: unknown) =>
          this.log.warn({ err: error }, 'old badge reads not deleted, will try again'),
        ),
      forgetEveryMs,
    );
  }

  async beforeApplicationShutdown(): Promise<void> {
    clearInterval(this.timer);
    await Promise.all(this.answering);
  }

  private receive(topic: string, payload: Buffer, retained: boolean): void {
    // A retained tap was made at an unknown time: nobody stands there now.
    const address = parsedTopic(topic);
    if (retained || !address || payload.length === 0) return;
    const tap = parsedTap(payload);
    if (!tap || this.answering.size >= mostAtOnce) {
      this.refuse(`${address.lab}/${address.machine}`, tap ? 'too many at once' : 'malformed');
      return;
    }
    this.metrics.mqttMessages.labels('taken').inc();
    const work = this.answer(address.lab, address.machine, tap)
      .catch((error: unknown) => this.log.warn({ err: error, topic }, 'badge not answered'))
      .finally(() => this.answering.delete(work));
    this.answering.add(work);
  }

  private async answer(lab: string, slug: string, tap: z.infer<typeof tapSchema>): Promise<void> {
    const machine = await this.database.row<{ id: string }>(
      `SELECT m.id FROM machines m JOIN labs l ON l.id = m.lab_id
        WHERE l.slug = $1 AND m.slug = $2 AND m.retired_at IS NULL`,
      [lab, slug],
    );
    if (!machine) return;
    const reply = await answerBadge(this.database, { ...tap, machineId: machine.id });
    if (!reply) return;
    const text = JSON.stringify({ uid: tap.uid, ...reply });
    await this.mqtt.publish(machineTopic(lab, slug, 'badge/reply'), text, {
      qos: 1,
      retain: false,
    });
  }

  private refuse(machine: string, reason: string): void {
    this.metrics.mqttMessages.labels('malformed').inc();
    const now = performance.now();
    if (now - (this.warnedAt.get(machine) ?? -Infinity) < warnAgainMs) return;
    // Names may be made up without end.
    if (this.warnedAt.size > mostAtOnce) this.warnedAt.clear();
    this.warnedAt.set(machine, now);
    this.log.warn({ machine: machine.slice(0, 200), reason }, 'badge message refused');
  }
}

function parsedTap(payload: Buffer): z.infer<typeof tapSchema> | null {
  if (payload.length > longestPayload) return null;
  try {
    return tapSchema.parse(JSON.parse(payload.toString('utf8')));
  } catch {
    return null;
  }
}
