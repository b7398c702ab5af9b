/** Injection tokens of what is not a class. */
export const LOG = Symbol('LOG');
export const CONFIG = Symbol('CONFIG');
export const SERVICES = Symbol('SERVICES');
