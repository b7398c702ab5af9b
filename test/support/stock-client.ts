import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { accessSync, constants } from 'node:fs';
import { createInterface } from 'node:readline';
import { connect } from 'mqtt';
import type { IClientOptions } from 'mqtt';

/** An MQTT client as anybody has it: Mosquitto's, where they are installed, else the library. */
export interface StockAccount {
  readonly username: string;
  readonly secret: string;
}

export interface Message {
  readonly topic: string;
  readonly payload: string;
}

export interface Listening {
  readonly heard: Message[];
  /** Without a word, so that the broker speaks the will. */
  kill(): Promise<void>;
}

const patienceMs = 10_000;
const hasMosquitto = ['pub', 'sub'].every((name) => canRun(`/usr/bin/mosquitto_${name}`));

/** Tries to say it; a broker may refuse by silence or by closing, so nothing is told of that. */
export async function say(
  url: string,
  account: StockAccount | null,
  { topic, payload }: Message,
  retain = false,
): Promise<void> {
  if (!hasMosquitto) {
    const client = connect(url, { ...signIn(account), reconnectPeriod: 0 });
    client.on('error', () => client.end(true));
    client.publish(topic, payload, { qos: 1, retain }, () => client.end(true));
    await new Promise((resolve) => client.on('close', () => resolve(null)));
    return;
  }
  const flags = ['-q', '1', '-t', topic, '-m', payload, ...(retain ? ['-r'] : [])];
  const child = spawn('mosquitto_pub', [...address(url, account), ...flags], {
    stdio: 'ignore',
    timeout: patienceMs,
  });
  await once(child, 'exit');
}

/** Asks for all of these topics at once, whatever the broker makes of it. */
export function listen(
  url: string,
  account: StockAccount | null,
  topics: readonly string[],
  will?: Message,
): Listening {
  const heard: Message[] = [];
  if (!hasMosquitto) {
    const client = connect(url, {
      ...signIn(account),
      reconnectPeriod: 0,
      ...(will ? { will: { topic: will.topic, payload: Buffer.from(will.payload), qos: 1 } } : {}),
    });
    client.on('error', () => client.end(true));
    client.on('message', (topic, payload) => heard.push({ topic, payload: payload.toString() }));
    client.subscribe([...topics], { qos: 1 });
    return { heard, kill: async () => void client.stream.destroy() };
  }
  const child = spawn(
    'mosquitto_sub',
    [
      ...address(url, account),
      ...['-q', '1', '-F', '%t %p'],
      ...topics.flatMap((topic) => ['-t', topic]),
      ...(will
        ? ['--will-topic', will.topic, '--will-payload', will.payload, '--will-qos', '1']
        : []),
    ],
    { stdio: ['ignore', 'pipe', 'ignore'] },
  );
  const ended = once(child, 'exit');
  createInterface({ input: child.stdout }).on('line', (line) => {
    const [topic = '', ...payload] = line.split(' ');
    heard.push({ topic, payload: payload.join(' ') });
  });
  return {
    heard,
    kill: async () => {
      child.kill('SIGKILL');
      await ended;
    },
  };
}

function address(url: string, account: StockAccount | null): string[] {
  const { hostname, port } = new URL(url);
  const credentials = account ? ['-u', account.username, '-P', account.secret] : [];
  return ['-h', hostname, '-p', port, '-V', 'mqttv311', ...credentials];
}

function signIn(account: StockAccount | null): IClientOptions {
  return {
    protocolVersion: 4,
    ...(account ? { username: account.username, password: account.secret } : {}),
  };
}

function canRun(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
