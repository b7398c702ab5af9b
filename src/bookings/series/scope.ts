/** How far a change to one occurrence reaches: alone, with the later ones, or to all to come. */
export const scopes = ['one', 'following', 'all'] as const;
export type Scope = (typeof scopes)[number];
/** Of more than one. */
export type WideScope = Exclude<Scope, 'one'>;

export function isWide(scope: Scope | undefined): scope is WideScope {
  return scope === 'following' || scope === 'all';
}
