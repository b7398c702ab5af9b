/** What a machine is, apart from the row that keeps it; pure, so that rules may import it. */

export const machineTypes = [
  'laser_cutter',
  'fdm_printer',
  'resin_printer',
  'cnc_mill',
  'vinyl_cutter',
  'other',
] as const;
export type MachineType = (typeof machineTypes)[number];

/** Seconds throughout; the API shows ISO 8601 durations. */
export interface MachineRules {
  readonly minDuration: number;
  readonly maxDuration: number;
  /** Slots begin at multiples of this after midnight UTC; lengths are multiples of it. */
  readonly granularity: number;
  /** Before a booking and after it, the machine is not free for others. */
  readonly setup: number;
  readonly cleanup: number;
  readonly leadTime: number;
  readonly horizon: number;
  readonly approval: 'auto' | 'manager';
  readonly cancelBefore: number;
  readonly maxActivePerMember: number | null;
  readonly weeklyQuota: number | null;
}

export interface WorkArea {
  readonly x: number;
  readonly y: number;
  readonly z: number;
}

export type StartPolicy = 'remote' | 'operator';
