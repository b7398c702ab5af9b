/** Injection tokens of what is not a class. */
export const LOG = Symbol('LOG');
export const CONFIG = Symbol('CONFIG');
export const SERVICES = Symbol('SERVICES');
/** The origin under which browsers reach us, or null where the request's own host tells. */
export const PUBLIC_ORIGIN = Symbol('PUBLIC_ORIGIN');
/** Whether cookies are for TLS only. */
export const SECURE_COOKIES = Symbol('SECURE_COOKIES');
/** Outgoing requests that may lead into the private networks around us: to machines. */
export const NEARBY = Symbol('NEARBY');
