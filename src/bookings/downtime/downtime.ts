import type { DowntimeKind } from './downtime.dto.js';

export interface DownMachine {
  readonly id: string;
  readonly name: string;
  readonly lab: string;
}

/** A maintenance or an outage that is wanted: its time, its machine and why. */
export interface Downtime {
  readonly id: string;
  readonly kind: DowntimeKind;
  readonly machine: DownMachine;
  readonly startsAt: Date;
  readonly endsAt: Date;
  readonly reason: string;
}
