import type { MachineRules, MachineType, WorkArea } from '../machines/machine-facts.js';
import type { JobEstimate } from './estimate.js';

/** An estimate runs over more often than under: a little room keeps the next person's slot whole. */
const margin = 1.05;

/** Seconds of the slot a job needs on that machine. */
export function slotSeconds(estimate: JobEstimate, rules: MachineRules): number {
  const wanted = Math.max(estimate.durationSeconds * margin, rules.minDuration);
  return Math.ceil(wanted / rules.granularity) * rules.granularity;
}

export function fitsMachine(
  job: { machineType: MachineType | null; machineId: string | null; estimate: JobEstimate },
  machine: { id: string; machineType: MachineType; workArea: WorkArea | null; rules: MachineRules },
): boolean {
  if (job.machineId !== null && job.machineId !== machine.id) return false;
  if (job.machineType !== null && job.machineType !== machine.machineType) return false;
  if (slotSeconds(job.estimate, machine.rules) > machine.rules.maxDuration) return false;
  return fitsWorkArea(job.estimate, machine.workArea);
}

// Purge lines lie at the very edge of a bed, and slicers place them a little past it.
const edgeMm = 5;

function fitsWorkArea({ bounds }: JobEstimate, area: WorkArea | null): boolean {
  if (!bounds || !area) return true;
  return (
    bounds.min.x >= -edgeMm &&
    bounds.min.y >= -edgeMm &&
    bounds.max.x <= area.x + edgeMm &&
    bounds.max.y <= area.y + edgeMm &&
    bounds.max.z <= area.z
  );
}
