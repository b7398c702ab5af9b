import type { NewMachine } from '../../src/machines/add-machine.js';
import type { TestApp } from '../support/app.js';
import { WireMachine } from '../support/wire-machine.js';
import type { TestMachine } from './lab.js';

/** A new machine of the lab, and its controller in the hands of the test. */
export async function onlineMachine(
  app: TestApp,
  about: Partial<Omit<NewMachine, 'labId'>> = {},
): Promise<{ machine: TestMachine; wire: WireMachine }> {
  const machine = await app.lab.machine(about);
  await app.broker.refresh();
  return { machine, wire: await controllerOf(app, machine) };
}

/** A controller of that machine that has just been switched on. */
export function controllerOf(app: TestApp, machine: TestMachine): Promise<WireMachine> {
  return WireMachine.online({ url: app.broker.machineUrl, lab: app.lab.slug, ...machine });
}
