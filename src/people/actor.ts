import type { Locale, MemberRole } from './member.entity.js';

/** The member who asks, as every use case sees them. */
export interface Actor {
  readonly id: string;
  readonly email: string;
  readonly name: string;
  readonly role: MemberRole;
  readonly locale: Locale;
}

/** Who changed something, as the histories keep it. */
export interface By {
  readonly kind: 'member' | 'machine' | 'system';
  readonly id: string | null;
}

export const bySystem: By = { kind: 'system', id: null };
export const byMember = (actor: Actor): By => ({ kind: 'member', id: actor.id });
export const byMachine = (machineId: string): By => ({ kind: 'machine', id: machineId });

/** Lab managers and administrators. */
export function isStaff({ role }: Pick<Actor, 'role'>): boolean {
  return role !== 'member';
}
