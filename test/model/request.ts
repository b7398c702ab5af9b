import type { Who } from './world.js';

interface Overridable {
  readonly override: boolean;
  /** Whether a reason is given for it. */
  readonly why: boolean;
}

type Keyed<A> = A extends string ? { readonly ask: A; readonly key: number } : never;
type Downtime<A> = A extends string
  ? {
      readonly ask: A;
      readonly machine: string;
      readonly from: number | null;
      readonly to: number;
      readonly displace: boolean;
    }
  : never;

/** What somebody asks for, in instants and in the model's own keys. */
export type Request = { readonly by: Who } & (
  | (Overridable & {
      readonly ask: 'place';
      readonly machine: string;
      readonly forWhom: Who | null;
      /** Null: now. */
      readonly from: number | null;
      readonly length: number;
      /** Says the length, not the end. */
      readonly asLength: boolean;
      readonly purpose: string | null;
      readonly project: boolean;
    })
  | (Overridable & {
      readonly ask: 'change';
      readonly key: number;
      readonly from: number | null;
      readonly to: number | null;
      readonly length: number | null;
      readonly purpose: string | null;
      readonly match: 'any' | 'right' | 'stale';
    })
  | (Overridable & { readonly ask: 'cancel'; readonly key: number })
  | Keyed<'undo' | 'approve' | 'reject' | 'check-in' | 'check-out' | 'end'>
  | Downtime<'maintenance' | 'outage'>
  | {
      readonly ask: 'wish';
      readonly machine: string | null;
      readonly type: 'fdm_printer' | null;
      readonly from: number;
      readonly to: number;
      readonly length: number;
    }
  | Keyed<'take' | 'decline' | 'withdraw'>
);

export type RequestOf<A extends Request['ask']> = Extract<Request, { readonly ask: A }>;

/** What comes back: of a refusal the code, and of rules all that are broken. */
export interface Answer {
  readonly status: number;
  readonly code?: string;
  readonly violations?: readonly string[];
  /** Of what was made. */
  readonly key?: number;
}

export const refused = (status: number, code: string): Answer => ({ status, code });
export const unknown = refused(404, 'booking.unknown');
export const forbidden = refused(403, 'request.forbidden');
export const wrongState = refused(409, 'booking.state');
export const overlap = refused(409, 'booking.overlap');

export const broken = (codes: readonly string[]): Answer => ({
  status: 422,
  code: 'booking.rules',
  violations: [...codes].sort(),
});
