import type { MachineRules } from './machine-facts.js';

const minutes = 60;
const hours = 3_600;
const days = 24 * hours;

/** Where lab, machine type and machine say nothing. */
export const defaultRules: MachineRules = {
  minDuration: 15 * minutes,
  maxDuration: 72 * hours,
  granularity: 15 * minutes,
  setup: 0,
  cleanup: 0,
  leadTime: 0,
  horizon: 90 * days,
  approval: 'manager',
  cancelBefore: 0,
  maxActivePerMember: null,
  weeklyQuota: null,
  weeklyQuotaPerProject: null,
  offerHold: 10 * minutes,
  checkInGrace: 15 * minutes,
};

/**
 * The rules that hold for a machine, as SQL: the defaults, over them what the lab says, then its
 * machine type, then the machine itself. Expects the aliases `l`, `m` and the join below.
 */
export const effectiveRules = `('${JSON.stringify(defaultRules)}'::jsonb || l.rules || coalesce(tr.rules, '{}') || m.rules)`;
export const joinTypeRules = `
    LEFT JOIN machine_type_rules tr ON tr.lab_id = m.lab_id AND tr.machine_type = m.machine_type`;
