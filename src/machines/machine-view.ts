import { durationText } from '../platform/problems/fields.js';
import type { CatalogueMachine } from './catalogue.js';
import type { PublicLive } from './live/live-state.rules.js';
import type { MachineDto, MachineRulesDto } from './machines.dto.js';
import type { MachineRules } from './machine-facts.js';

/** A machine as the API shows it; nothing of its controller's secrets. */
export function machineView(machine: CatalogueMachine, live: PublicLive): MachineDto {
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
    openingHours:
      openingHours === null || openingHours === 'around_the_clock'
        ? openingHours
        : openingHours.map((hours) => ({ ...hours, days: [...hours.days] })),
    startPolicy: machine.startPolicy,
    controller: { driver: machine.driver },
    bedClear: machine.bedJobId === null,
    live: { ...live, temperatures: live.temperatures && { ...live.temperatures } },
  };
}

function rulesView(rules: MachineRules): MachineRulesDto {
  return {
    minDuration: durationText(rules.minDuration),
    maxDuration: durationText(rules.maxDuration),
    granularity: durationText(rules.granularity),
    setup: durationText(rules.setup),
    cleanup: durationText(rules.cleanup),
    leadTime: durationText(rules.leadTime),
    horizon: durationText(rules.horizon),
    approval: rules.approval,
    cancelBefore: durationText(rules.cancelBefore),
    maxActivePerMember: rules.maxActivePerMember,
    weeklyQuota: rules.weeklyQuota === null ? null : durationText(rules.weeklyQuota),
  };
}
