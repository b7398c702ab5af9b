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

/** Who decides: the rules alone, a manager, or a manager from that many seconds on. */
export type Approval = 'auto' | 'manager' | { readonly autoUnder: number };

/** Seconds throughout; the API shows ISO 8601 durations. */
export interface MachineRules {
  readonly minDuration: number;
  readonly maxDuration: number;
  /** Slots begin at multiples of this after midnight on the lab's clocks; lengths are multiples of it. */
  readonly granularity: number;
  /** Before a booking and after it, the machine is not free for others. */
  readonly setup: number;
  readonly cleanup: number;
  readonly leadTime: number;
  readonly horizon: number;
  readonly approval: Approval;
  readonly cancelBefore: number;
  readonly maxActivePerMember: number | null;
  readonly weeklyQuota: number | null;
  /** For all that is counted on one project together. */
  readonly weeklyQuotaPerProject: number | null;
  /** How long the first of the waiting list has freed time to themselves. */
  readonly offerHold: number;
  /** A slot to which nobody came by then is given to others; null: it is kept to its end. */
  readonly checkInGrace: number | null;
}

export interface WorkArea {
  readonly x: number;
  readonly y: number;
  readonly z: number;
}

/** The course a member must hold on every day of a booking. */
export interface RequiredTraining {
  readonly id: string;
  readonly name: string;
}

export type StartPolicy = 'remote' | 'operator';
