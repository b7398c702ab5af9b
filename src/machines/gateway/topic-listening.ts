import type { MessageListener, MqttLink } from '../../platform/mqtt/mqtt-link.js';
import type { TopicFilter } from '../drivers/driver.js';
import type { KnownMachine } from './machine-directory.js';

type Release = () => Promise<void>;

/** Listens where machines speak: below our own root once for all, elsewhere machine by machine. */
export class TopicListening {
  private readonly releases = new Map<KnownMachine, Release[]>();

  constructor(
    private readonly mqtt: MqttLink,
    private readonly receive: MessageListener,
  ) {}

  async toAllUnder(root: string, filters: readonly TopicFilter[]): Promise<void> {
    for (const { filter, qos } of filters)
      await this.mqtt.subscribe(`${root}/${filter}`, qos, this.receive);
  }

  /** Machines with a prefix of their own that went and came. */
  async follow(removed: readonly KnownMachine[], added: readonly KnownMachine[]): Promise<void> {
    for (const machine of removed) {
      for (const release of this.releases.get(machine) ?? []) await release();
      this.releases.delete(machine);
    }
    for (const machine of added) {
      const releases: Release[] = [];
      // Before the first await: what was begun can be ended.
      this.releases.set(machine, releases);
      for (const { filter, qos } of machine.driver.subscriptions) {
        const topic = `${machine.prefix}/${filter}`;
        // One machine's broker rights must not silence all the others.
        const optional = { optional: true };
        releases.push(await this.mqtt.subscribe(topic, qos, this.receive, optional));
      }
    }
  }
}
