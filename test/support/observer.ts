import { connectAsync } from 'mqtt';
import type { TestApp } from './app.js';
import type { WireCommand } from './wire-machine.js';

interface Heard {
  readonly topic: string;
  readonly text: string;
  readonly retained: boolean;
}

/** A wall screen's account: hears everything of the lab, may say nothing. */
export class Observer {
  readonly heard: Heard[] = [];

  static async of({ broker, lab, guest }: TestApp): Promise<Observer> {
    const { username, secret } = await lab.observer();
    await broker.refresh();
    const client = await connectAsync(broker.machineUrl, {
      protocolVersion: 4,
      username,
      password: secret,
      reconnectPeriod: 100,
    });
    guest(() => client.endAsync(true));
    const observer = new Observer();
    client.on('message', (topic, payload, { retain }) =>
      observer.heard.push({ topic, text: payload.toString('utf8'), retained: retain }),
    );
    await client.subscribeAsync(`creneau/v1/${lab.slug}/#`, { qos: 1 });
    return observer;
  }

  /** What was said so far on topics that end like this. */
  on(ending: string): Heard[] {
    return this.heard.filter(({ topic }) => topic.endsWith(ending));
  }

  commands(type: string): WireCommand[] {
    return this.on('/command')
      .map(({ text }) => JSON.parse(text) as WireCommand)
      .filter((command) => command.type === type);
  }
}
