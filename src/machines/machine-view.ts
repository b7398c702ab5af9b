import type { CatalogueMachine } from './catalogue.js';
import type { PublicLive } from './live/live-state.rules.js';
import type { MachineDto } from './machines.dto.js';
import { rulesView } from './rules-text.js';

/**
 * A machine as the API shows it; nothing of its controller's secrets, and of its place in our
 * network only to staff.
 */
export function machineView(
  machine: CatalogueMachine,
  live: PublicLive,
  { asStaff }: { asStaff: boolean },
): MachineDto {
  const { openingHours } = machine;
  return {
    id: machine.id,
    labId: machine.labId,
    slug: machine.slug,
    name: machine.name,
    machineType: machine.machineType,
    workArea: machine.workArea,
    materials: machine.materials,
    rules: rulesView(machine.rules),
    ownRules: rulesView(machine.ownRules),
    closures: (machine.ownClosures ?? []).map(([startsAt, endsAt, reason, calendarId]) => ({
      startsAt: new Date(startsAt).toISOString(),
      endsAt: new Date(endsAt).toISOString(),
      reason,
      calendarId,
    })),
    version: machine.version,
    openingHours:
      openingHours === null || openingHours === 'around_the_clock'
        ? openingHours
        : openingHours.map((hours) => ({ ...hours, days: [...hours.days] })),
    startPolicy: machine.startPolicy,
    requiredTraining: machine.requiredTraining,
    controller: {
      driver: machine.driver,
      ...(asStaff ? { ...machine.controller, secretsSet: machine.secretsSet } : {}),
    },
    bedClear: machine.bedJobId === null,
    live: { ...live, temperatures: live.temperatures && { ...live.temperatures } },
  };
}
