import type { NewMachine } from '../../src/machines/add-machine.js';
import type { TestApp } from '../support/app.js';
import { WireMachine } from '../support/wire-machine.js';
import type { Snapshot } from '../support/wire-machine.js';
import type { TestMachine } from './lab.js';

export interface OnlineMachine {
  readonly machine: TestMachine;
  /** Its controller, in the hands of the test. */
  readonly wire: WireMachine;
}

/** New machines of the lab that are there: all at once, since the gateway looks once a second. */
export async function onlineMachines(
  app: TestApp,
  count: number,
  about: Partial<Omit<NewMachine, 'labId' | 'slug'>> = {},
): Promise<OnlineMachine[]> {
  const machines = await Promise.all(Array.from({ length: count }, () => app.lab.machine(about)));
  await app.broker.refresh();
  return Promise.all(
    machines.map(async (machine) => ({ machine, wire: await controllerOf(app, machine) })),
  );
}

export async function onlineMachine(
  app: TestApp,
  about: Partial<Omit<NewMachine, 'labId' | 'slug'>> = {},
): Promise<OnlineMachine> {
  return another(await onlineMachines(app, 1, about));
}

/** One that no other test has used. */
export function another(machines: OnlineMachine[]): OnlineMachine {
  const machine = machines.pop();
  if (!machine) throw new Error('make more machines beforehand');
  return machine;
}

/** A controller of that machine that has just been switched on. */
export async function controllerOf(
  app: TestApp,
  machine: TestMachine,
  snapshot?: Snapshot,
): Promise<WireMachine> {
  const account = { url: app.broker.machineUrl, lab: app.lab.slug, ...machine };
  const wire = await WireMachine.online(account, snapshot);
  app.guest(() => wire.close());
  return wire;
}
