import { z } from 'zod';

/** Slugs name folders and topics, so nothing else may be in them. */
const slug = z.string().regex(/^[a-z0-9]+(-[a-z0-9]+)*$/);
const millimetres = z.number().positive();

export const machineSettings = z.object({
  slug,
  username: z.string().min(1),
  password: z.string().min(1),
  machineType: z.string().min(1),
  model: z.string().min(1),
  workArea: z.object({ x: millimetres, y: millimetres, z: z.number().nonnegative() }).nullable(),
});

/** The first line on standard input. */
export const settings = z.object({
  mqttUrl: z.url({ protocol: /^(mqtts?|wss?)$/ }),
  lab: slug,
  /** How many times faster than their file says the machines run. */
  speed: z.number().positive(),
  stateDir: z.string().min(1),
  machines: z.array(machineSettings),
});

export type MachineSettings = z.infer<typeof machineSettings>;
export type Settings = z.infer<typeof settings>;
