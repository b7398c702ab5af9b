import { join } from 'node:path';
import { parseCommand } from './command.js';
import { FileStore } from './file-store.js';
import { MqttLink } from './mqtt-link.js';
import type { Profile } from './reports.js';
import { RunStore } from './run-store.js';
import type { MachineSettings, Settings } from './settings.js';
import { newMachine, step } from './simulated-machine.js';
import type { MachineEvent, MachineState, Step } from './simulated-machine.js';

const tickMs = 250;

/** One notable event; never a password, an address of a file or a payload. */
export type Log = (event: string, facts?: Record<string, unknown>) => void;

/** Gives the machine's pure core its clock, its disk and its wires. */
class SimulatedMachine {
  private state!: MachineState;
  private readonly profile: Profile;
  private readonly runs: RunStore;
  private readonly files: FileStore;
  private readonly link: MqttLink;
  /** One event at a time: a step is on disk before the next is taken. */
  private work: Promise<void> = Promise.resolve();
  private waiting = 0;
  private ticking: NodeJS.Timeout | undefined;

  constructor(
    settings: Settings,
    machine: MachineSettings,
    private readonly log: Log,
    private readonly fail: (error: unknown) => void,
  ) {
    const { slug, username, password, machineType, model, workArea } = machine;
    const folder = join(settings.stateDir, slug);
    this.profile = { machineType, model, workArea, speed: settings.speed };
    this.runs = new RunStore(folder);
    this.files = new FileStore(folder);
    this.link = new MqttLink(
      { url: settings.mqttUrl, lab: settings.lab, machine: slug, username, password },
      {
        connected: (sessionId) => {
          log('connected', { sessionId });
          void this.take({ type: 'connected', sessionId, at: Date.now() });
        },
        disconnected: () => void this.take({ type: 'disconnected', at: Date.now() }),
        command: (payload) => this.receive(payload),
        note: log,
      },
    );
  }

  async start(): Promise<void> {
    this.state = newMachine(await this.runs.load());
    await this.take({ type: 'restored', at: Date.now() });
    this.link.open();
    this.ticking = setInterval(() => {
      // A slow disk must not pile up ticks: the next one tells the same.
      if (this.waiting === 0) void this.take({ type: 'tick', at: Date.now() });
    }, tickMs);
  }

  async stop(): Promise<void> {
    clearInterval(this.ticking);
    await this.work;
    await this.link.close();
  }

  async cut(): Promise<void> {
    clearInterval(this.ticking);
    await this.link.cut();
    await this.work;
  }

  private receive(payload: Buffer): Promise<void> {
    const parsed = parseCommand(payload);
    const facts =
      parsed.kind === 'command'
        ? { commandId: parsed.command.commandId, type: parsed.command.type }
        : { commandId: parsed.commandId, type: 'malformed' };
    this.log('command', facts);
    return this.take({ type: 'received', parsed, at: Date.now() });
  }

  private take(event: MachineEvent): Promise<void> {
    this.waiting += 1;
    const taken = this.work.then(() => this.carryOut(event));
    this.work = taken.catch(this.fail).finally(() => {
      this.waiting -= 1;
    });
    return taken;
  }

  private async carryOut(event: MachineEvent): Promise<void> {
    const before = this.state.memory;
    const { state, publications, fetch } = step(this.profile, this.state, event);
    if (state.memory !== before) await this.runs.save(state.memory);
    this.state = state;
    for (const { n, commandId, status, error } of state.memory.undelivered) {
      if (n >= before.nextAck) this.log('ack', { commandId, status, error });
    }
    // Not awaited: the broker's answers come in on the connection that this may be serving.
    for (const publication of publications) {
      void this.link.publish(publication).then((arrived) => {
        const n = publication.delivers;
        if (arrived && n !== undefined) void this.take({ type: 'delivered', n, at: Date.now() });
      });
    }
    if (fetch) void this.fetchFile(fetch);
  }

  private async fetchFile({ commandId, order }: NonNullable<Step['fetch']>): Promise<void> {
    const result = await this.files.fetch(order);
    void this.take({ type: 'fetched', commandId, result, at: Date.now() });
  }
}

export interface Simulator {
  /** Says goodbye and leaves, within a second. */
  stop(): Promise<void>;
  /** Leaves as if the power was cut. */
  cut(): Promise<void>;
}

/**
 * @param fail told of what no machine can go on with, such as a disk that is full
 * @throws when what a machine remembers cannot be read
 */
export async function startSimulator(
  settings: Settings,
  log: Log,
  fail: (error: unknown) => void,
): Promise<Simulator> {
  const machines = settings.machines.map(
    (machine) =>
      new SimulatedMachine(
        settings,
        machine,
        (event, facts) => log(event, { machine: machine.slug, ...facts }),
        fail,
      ),
  );
  await Promise.all(machines.map((machine) => machine.start()));
  return {
    stop: async () => void (await Promise.all(machines.map((machine) => machine.stop()))),
    cut: async () => void (await Promise.all(machines.map((machine) => machine.cut()))),
  };
}
