/** `creneau/v1/{lab}/{machine}/{name}`, with the slugs of the catalogue. */
export const topicRoot = 'creneau/v1';

export function machineTopic(labSlug: string, machineSlug: string, name: string): string {
  return `${machinePrefix(labSlug, machineSlug)}/${name}`;
}

export function machinePrefix(labSlug: string, machineSlug: string): string {
  return `${topicRoot}/${labSlug}/${machineSlug}`;
}

export interface MachineAddress {
  readonly lab: string;
  readonly machine: string;
  /** What follows the machine's prefix. */
  readonly name: string;
}

export function parsedTopic(topic: string): MachineAddress | null {
  const [root, version, lab, machine, ...rest] = topic.split('/');
  if (`${root}/${version}` !== topicRoot || !lab || !machine || rest.length === 0) return null;
  return { lab, machine, name: rest.join('/') };
}
