import { Inject, Injectable } from '@nestjs/common';
import type { BeforeApplicationShutdown, OnApplicationBootstrap } from '@nestjs/common';
import { Clock } from '../../platform/clock/clock.js';
import { Database } from '../../platform/database/database.js';
import type { Log } from '../../platform/logging/log.js';
import { Metrics } from '../../platform/metrics/metrics.js';
import { MqttLink } from '../../platform/mqtt/mqtt-link.js';
import { Outgoing } from '../../platform/outgoing/outgoing.js';
import { LOG, NEARBY } from '../../platform/tokens.js';
import { Undecodable } from '../drivers/driver.js';
import type { Decoded, HttpAnswer, Report, StartedRun } from '../drivers/driver.js';
import { driverOf } from '../drivers/registry.js';
import { applyReport, freshness, mattersToRuns, publicLive } from '../live/live-state.rules.js';
import type { LiveState } from '../live/live-state.rules.js';
import { machineTopic, topicRoot } from '../topics.js';
import { BadMessages } from './bad-messages.js';
import { ControllerWire } from './controller-wire.js';
import { Downtimes } from './downtimes.js';
import { Enquirer } from './enquirer.js';
import { MachineDirectory } from './machine-directory.js';
import type { KnownMachine } from './machine-directory.js';
import { ObservationRecorder } from './observation-recorder.js';
import { ParkedMessages } from './parked-messages.js';
import type { ParkedMessage } from './parked-messages.js';
import { RunExpectations } from './run-expectations.js';
import { settleCommand } from './settle-command.js';
import { TopicListening } from './topic-listening.js';

const flushMs = 50;
const freshnessMs = 1_000;

/**
 * Takes machines' messages in, in their own dialect, and gives one canonical, retained `live`
 * message per machine. The ingest never waits: what it must write goes to the recorder, and
 * what it passes on is the newest state a few times a second.
 */
@Injectable()
export class MachineGateway implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly bad: BadMessages;
  private readonly directory: MachineDirectory;
  private readonly downtimes: Downtimes;
  private readonly recorder: ObservationRecorder;
  private readonly listening: TopicListening;
  private readonly enquirer: Enquirer;
  private readonly expectations: RunExpectations;
  private readonly live = new Map<string, LiveState>();
  private readonly changed = new Set<KnownMachine>();
  private readonly timers: NodeJS.Timeout[] = [];
  private readonly acknowledging = new Set<Promise<void>>();
  private loading: Promise<void> = Promise.resolve();
  private stopped = false;
  private readonly parked = new ParkedMessages(
    () => this.reload(),
    (message) => {
      if (!this.taken(message)) this.bad.foreign(message.topic);
    },
  );

  constructor(
    private readonly database: Database,
    @Inject(MqttLink) private readonly mqtt: MqttLink,
    @Inject(NEARBY) nearby: Outgoing,
    private readonly clock: Clock,
    private readonly metrics: Metrics,
    @Inject(LOG) private readonly log: Log,
  ) {
    const wire = new ControllerWire(mqtt, nearby);
    this.bad = new BadMessages(metrics, log);
    this.directory = new MachineDirectory(database, (id, reason) => this.bad.unusable(id, reason));
    this.downtimes = new Downtimes(database);
    this.recorder = new ObservationRecorder(database, log);
    this.listening = new TopicListening(mqtt, (topic, payload, retained) =>
      this.receive(topic, payload, retained),
    );
    this.enquirer = new Enquirer(
      wire,
      () => this.directory.all(),
      (machine, answer) => this.hear(machine, answer),
      log,
    );
    this.expectations = new RunExpectations(
      database,
      (id, run) => this.expect(id, run),
      () => [...this.directory.all()].map(({ id }) => id),
      log,
    );
  }

  async onApplicationBootstrap(): Promise<void> {
    await this.reload();
    await this.listening.toAllUnder(`${topicRoot}/+/+`, driverOf('native').subscriptions);
    await this.mqtt.subscribe(`${topicRoot}/+/changes/machine/+`, 1, () => void this.reload());
    await this.mqtt.subscribe(`${topicRoot}/+/changes/job/+`, 1, () =>
      this.expectations.lookSoon(),
    );
    // A broker without persistence forgot the retained states: say them again.
    this.mqtt.onConnect(() => {
      for (const machine of this.directory.all()) this.changed.add(machine);
      this.enquirer.askAllSoon();
      // A downtime may have begun or ended while nobody listened.
      void this.reload();
    });
    this.enquirer.start();
    this.expectations.start();
    this.timers.push(
      setInterval(() => this.flush(), flushMs),
      setInterval(() => this.checkFreshness(), freshnessMs),
    );
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.stopped = true;
    this.timers.forEach((timer) => clearInterval(timer));
    this.parked.stop();
    await Promise.all([this.enquirer.stop(), this.expectations.stop(), this.loading]);
    await Promise.all([this.recorder.stop(), ...this.acknowledging]);
  }

  /** Looks at the catalogue once more where it is not known yet. */
  async machine(id: string): Promise<KnownMachine | undefined> {
    if (!this.directory.get(id)) await this.reload();
    return this.directory.get(id);
  }

  /** Before it is sent: what the machine says next may be about it. */
  started(machineId: string, run: StartedRun): void {
    this.expectations.started(machineId, run);
  }

  /** What came of a command that was not answered by MQTT. */
  answered(machine: KnownMachine, ack: Extract<Report, { kind: 'ack' }>): void {
    this.acknowledge(machine, ack);
    // Its effect is worth a look.
    this.enquirer.askSoon(machine);
  }

  private receive(topic: string, payload: Buffer, retained: boolean): void {
    if (this.stopped) return;
    const message = { topic, payload, retained };
    if (this.taken(message) || this.parked.park(message)) return;
    this.bad.foreign(topic);
  }

  /** False when nobody of that name is known. */
  private taken({ topic, payload, retained }: ParkedMessage): boolean {
    const place = this.directory.at(topic);
    if (!place) return false;
    const { machine, name } = place;
    this.take(machine, retained, () => machine.driver.decode(name, payload, machine.state));
    return true;
  }

  private hear(machine: KnownMachine, answer: HttpAnswer): void {
    const { http } = machine.driver;
    if (http && !this.stopped) this.take(machine, false, () => http.heard(answer, machine.state));
  }

  private expect(machineId: string, run: StartedRun | null): void {
    const machine = this.directory.get(machineId);
    if (!machine) return;
    const { reports, next } = machine.driver.expect(run, machine.state);
    machine.state = next;
    // The machine said nothing new: what it had said is understood anew.
    for (const report of reports) this.apply(machine, report, true);
  }

  private take(machine: KnownMachine, retained: boolean, decode: () => Decoded<unknown>): void {
    let decoded: Decoded<unknown>;
    try {
      decoded = decode();
    } catch (error) {
      if (!(error instanceof Undecodable)) throw error;
      this.bad.malformed(machine, error);
      return;
    }
    machine.state = decoded.next;
    this.metrics.mqttMessages.labels('taken').inc();
    for (const report of decoded.reports) this.apply(machine, report, retained);
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
    const work = settleCommand(this.database, machine.id, ack.commandId, ack)
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
    for (const machine of this.directory.all()) {
      const before = this.live.get(machine.id);
      if (before) this.keep(machine, before, freshness(before, now, machine.driver.patience));
    }
  }

  /** One look at a time: an older answer must not come in after a newer one. */
  private reload(): Promise<void> {
    this.loading = this.loading.then(() => this.loadCatalogue());
    return this.loading;
  }

  private async loadCatalogue(): Promise<void> {
    if (this.stopped) return;
    try {
      const { added, removed } = await this.directory.load(this.clock.now().getTime());
      for (const machine of removed) {
        this.live.delete(machine.id);
        this.changed.delete(machine);
      }
      for (const { machine, live, anew } of added) {
        this.live.set(machine.id, live);
        this.changed.add(machine);
        if (anew) this.recorder.record(machine.id, live, true);
      }
      const speaking = added.filter(({ machine }) => !machine.prefix.startsWith(`${topicRoot}/`));
      // Known before it is heard: whose run it is decides what its words mean.
      if (speaking.length > 0) await this.expectations.look();
      await this.listening.follow(
        removed,
        speaking.map(({ machine }) => machine),
      );
      const turned = await this.downtimes.load();
      for (const machine of this.directory.all())
        if (turned.has(machine.id)) this.changed.add(machine);
    } catch (error) {
      this.log.warn({ err: error }, 'machines not loaded, will try again');
    }
  }
}
