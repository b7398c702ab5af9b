import { Inject, Injectable } from '@nestjs/common';
import type { BeforeApplicationShutdown, OnApplicationBootstrap } from '@nestjs/common';
import { validate as isUuid } from 'uuid';
import { Clock } from '../../platform/clock/clock.js';
import { Database } from '../../platform/database/database.js';
import type { Log } from '../../platform/logging/log.js';
import { Metrics } from '../../platform/metrics/metrics.js';
import { MqttLink } from '../../platform/mqtt/mqtt-link.js';
import { enqueue } from '../../platform/outbox/outbox.js';
import { LOG } from '../../platform/tokens.js';
import { Undecodable } from '../drivers/driver.js';
import type { Report } from '../drivers/driver.js';
import { drivers } from '../drivers/registry.js';
import { applyReport, freshness, mattersToRuns, publicLive } from '../live/live-state.rules.js';
import type { LiveState } from '../live/live-state.rules.js';
import { commandSettled } from '../machines.messages.js';
import { machineTopic, parsedTopic, topicRoot } from '../topics.js';
import { Downtimes } from './downtimes.js';
import { MachineDirectory } from './machine-directory.js';
import type { KnownMachine } from './machine-directory.js';
import { ObservationRecorder } from './observation-recorder.js';
import { ParkedMessages } from './parked-messages.js';
import type { ParkedMessage } from './parked-messages.js';

const flushMs = 50;
const freshnessMs = 1_000;
const warnAgainMs = 60_000;

/**
 * Takes machines' messages in, in their own dialect, and gives one canonical, retained `live`
 * message per machine. The ingest never waits: what it must write goes to the recorder, and
 * what it passes on is the newest state a few times a second.
 */
@Injectable()
export class MachineGateway implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly directory: MachineDirectory;
  private readonly downtimes: Downtimes;
  private readonly recorder: ObservationRecorder;
  private readonly live = new Map<string, LiveState>();
  private readonly changed = new Set<KnownMachine>();
  private readonly warnedAt = new Map<string, number>();
  private readonly timers: NodeJS.Timeout[] = [];
  private readonly acknowledging = new Set<Promise<void>>();
  private stopped = false;
  private readonly parked = new ParkedMessages(
    () => this.reload(),
    (message) => {
      if (!this.taken(message)) this.noteForeign(message);
    },
  );

  constructor(
    private readonly database: Database,
    @Inject(MqttLink) private readonly mqtt: MqttLink,
    private readonly clock: Clock,
    private readonly metrics: Metrics,
    @Inject(LOG) private readonly log: Log,
  ) {
    this.directory = new MachineDirectory(database);
    this.downtimes = new Downtimes(database);
    this.recorder = new ObservationRecorder(database, log);
  }

  async onApplicationBootstrap(): Promise<void> {
    await this.reload();
    const topics = new Set(Object.values(drivers).flatMap((driver) => driver.topics));
    for (const name of topics) {
      await this.mqtt.subscribe(`${topicRoot}/+/+/${name}`, 1, (topic, payload, retained) =>
        this.receive(topic, payload, retained),
      );
    }
    await this.mqtt.subscribe(`${topicRoot}/+/changes/machine/+`, 1, () => void this.reload());
    // A broker without persistence forgot the retained states: say them again.
    this.mqtt.onConnect(() => {
      for (const machine of this.directory.all) this.changed.add(machine);
      // A downtime may have begun or ended while nobody listened.
      void this.reload();
    });
    this.timers.push(
      setInterval(() => this.flush(), flushMs),
      setInterval(() => this.checkFreshness(), freshnessMs),
    );
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.stopped = true;
    this.timers.forEach((timer) => clearInterval(timer));
    this.parked.stop();
    await Promise.all([this.recorder.stop(), ...this.acknowledging]);
  }

  receive(topic: string, payload: Buffer, retained: boolean): void {
    if (this.stopped) return;
    const message = { topic, payload, retained };
    if (this.taken(message) || this.parked.park(message)) return;
    this.noteForeign(message);
  }

  /** False when nobody of that name is known. */
  private taken({ topic, payload, retained }: ParkedMessage): boolean {
    const address = parsedTopic(topic);
    const machine = address && this.directory.find(address.lab, address.machine);
    if (!machine) return false;
    let reports: readonly Report[];
    try {
      reports = machine.driver.decode(address.name, payload);
    } catch (error) {
      this.noteBad(machine, error);
      return true;
    }
    this.metrics.mqttMessages.labels('taken').inc();
    for (const report of reports) this.apply(machine, report, retained);
    return true;
  }

  private apply(machine: KnownMachine, report: Report, retained: boolean): void {
    const now = this.clock.now().getTime();
    const before = this.live.get(machine.id);
    if (!before) return;
    if (report.kind === 'ack' && !retained) this.acknowledge(machine, report);
    this.keep(machine, before, applyReport(before, report, now, retained));
  }

  private keep(machine: KnownMachine, before: LiveState, after: LiveState): void {
    if (after === before) return;
    this.live.set(machine.id, after);
    this.changed.add(machine);
    this.recorder.record(machine.id, after, mattersToRuns(before, after));
  }

  private acknowledge(machine: KnownMachine, ack: Extract<Report, { kind: 'ack' }>): void {
    if (!isUuid(ack.commandId)) return;
    const work = this.database
      .transaction(async (sql) => {
        // Only a command that this machine was sent, and only forwards.
        const settled = await sql.run(
          `UPDATE commands SET state = $3, error = $4,
                  settled_at = CASE WHEN $3 = 'accepted' THEN NULL ELSE now() END
            WHERE id = $1 AND machine_id = $2
              AND (state = 'sent' OR (state = 'accepted' AND $3 <> 'accepted'))`,
          [ack.commandId, machine.id, ack.status, ack.error],
        );
        if (settled === 0) return;
        const payload = { commandId: ack.commandId, machineId: machine.id };
        await enqueue(sql, commandSettled, `machine:${machine.id}`, payload);
      })
      .catch((error: unknown) =>
        // The state snapshot tells the same story again within seconds.
        this.log.warn({ err: error, commandId: ack.commandId }, 'acknowledgement not written'),
      )
      .finally(() => this.acknowledging.delete(work));
    this.acknowledging.add(work);
  }

  private flush(): void {
    if (!this.mqtt.connected) return;
    for (const machine of this.changed) {
      const live = this.live.get(machine.id);
      if (!live) continue;
      this.mqtt
        .publish(
          machineTopic(machine.lab, machine.slug, 'live'),
          JSON.stringify(publicLive(live, this.downtimes.has(machine.id))),
          {
            qos: 0,
            retain: true,
          },
        )
        .catch(() => this.changed.add(machine));
    }
    this.changed.clear();
  }

  private checkFreshness(): void {
    const now = this.clock.now().getTime();
    for (const machine of this.directory.all) {
      const before = this.live.get(machine.id);
      if (before) this.keep(machine, before, freshness(before, now));
    }
  }

  private async reload(): Promise<void> {
    if (this.stopped) return;
    try {
      const found = await this.directory.load(this.clock.now().getTime());
      for (const { machine, live } of found) {
        this.live.set(machine.id, live);
        this.changed.add(machine);
      }
      const turned = await this.downtimes.load();
      for (const machine of this.directory.all)
        if (turned.has(machine.id)) this.changed.add(machine);
    } catch (error) {
      this.log.warn({ err: error }, 'machines not loaded, will try again');
    }
  }

  private noteBad(machine: KnownMachine, error: unknown): void {
    if (!(error instanceof Undecodable)) throw error;
    this.metrics.mqttMessages.labels('malformed').inc();
    this.warnNowAndThen(machine.id, 'malformed message from a machine', {
      machine: machine.slug,
      reason: error.message,
    });
  }

  private noteForeign({ topic }: ParkedMessage): void {
    this.metrics.mqttMessages.labels('foreign').inc();
    // One line for all of them: names may be made up without end.
    this.warnNowAndThen('foreign', 'message under the name of no machine', {
      topic: topic.slice(0, 200),
    });
  }

  private warnNowAndThen(about: string, text: string, facts: object): void {
    const now = performance.now();
    if (now - (this.warnedAt.get(about) ?? -Infinity) < warnAgainMs) return;
    this.warnedAt.set(about, now);
    this.log.warn(facts, text);
  }
}
