import { durationText, parsedDuration } from '../platform/problems/fields.js';
import type { Approval, MachineRules } from './machine-facts.js';
import type { MachineRulesDto, OwnRulesDto } from './machine-rules.dto.js';

type Name = keyof MachineRules;

/** As people count; everything else that is a number is a duration. */
const counted: readonly Name[] = ['maxActivePerMember'];

/** Rules as the API shows them, all of them or only some: durations in ISO 8601. */
export function rulesView(rules: MachineRules): MachineRulesDto;
export function rulesView(rules: Partial<MachineRules>): OwnRulesDto;
export function rulesView(rules: Partial<MachineRules>): OwnRulesDto {
  const shown = Object.entries(rules).map(([name, value]) => [name, shownRule(name, value)]);
  return Object.fromEntries(shown) as OwnRulesDto;
}

function shownRule(name: string, value: number | Approval | null): unknown {
  if (value === null || typeof value === 'string') return value;
  if (typeof value === 'object') return { autoUnder: durationText(value.autoUnder) };
  return counted.includes(name as Name) ? value : durationText(value);
}

/** Validated rules from the API, in seconds; what is left out is inherited. */
export function rulesFrom(sent: OwnRulesDto): Partial<MachineRules> {
  const given = Object.entries(sent).filter(([, value]) => value !== undefined);
  return Object.fromEntries(given.map(([name, value]) => [name, keptRule(name, value)]));
}

function keptRule(name: string, value: unknown): unknown {
  if (name === 'approval') {
    return typeof value === 'string'
      ? value
      : { autoUnder: parsedDuration((value as { autoUnder: string }).autoUnder) };
  }
  return typeof value === 'string' ? parsedDuration(value) : value;
}

/** What was sent, as the audit names it; the values are in the rows. */
export function namesOf(changes: object): string[] {
  return Object.entries(changes)
    .filter(([, value]) => value !== undefined)
    .map(([name]) => name);
}
