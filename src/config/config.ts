import { isIP } from 'node:net';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { CannotStart } from '../platform/cannot-start.js';

/** Every variable the program reads, parsed once. Refer to `docs/operations.md` for what each does. */

const roles = ['api', 'worker', 'gateway'] as const;
export type Role = (typeof roles)[number];

const url = (schemes: readonly string[], hint: string) =>
  z
    .string()
    .optional()
    .refine((value) => value === undefined || hasScheme(value, schemes), {
      error: `must be an address such as ${hint}`,
    });

const flag = z.enum(['true', 'false'], { error: 'must be true or false' });

const schema = z.object({
  PORT: integer(1, 65_535).default(3000),
  HOST: z.string().min(1).default('0.0.0.0'),
  PUBLIC_URL: url(['http:', 'https:'], 'https://creneau.example.org'),
  DATABASE_URL: url(['postgres:', 'postgresql:'], 'postgres://user:password@host:5432/creneau'),
  REDIS_URL: url(['redis:', 'rediss:'], 'redis://host:6379'),
  MQTT_URL: url(['mqtt:', 'mqtts:'], 'mqtt://user:password@host:1883'),
  FILES_URL: url(['file:'], 'file:///var/lib/creneau/files'),
  DATA_DIR: z.string().min(1, 'must name a folder').default('.creneau'),
  ROLES: z
    .string()
    .default(roles.join(','))
    .transform((value) => value.split(',').map((role) => role.trim()))
    .pipe(z.array(z.enum(roles, { error: `may name only ${roles.join(', ')}` })).min(1)),
  DEMO: flag.optional(),
  DEMO_PASSWORD: z.string().min(4, 'must have at least 4 characters').default('demo'),
  DEMO_SPEED: number(0.1, 100_000).default(60),
  MQTT_PORT: integer(0, 65_535).default(1883),
  MQTT_HOST: z.string().min(1).default('127.0.0.1'),
  QUEUE_BACKEND: z
    .enum(['auto', 'postgres'], { error: 'must be auto or postgres' })
    .default('auto'),
  DATABASE_POOL: integer(2, 200).default(20),
  UPLOAD_MAX_MB: integer(1, 10_000).default(500),
  TRUST_PROXY: z.string().optional(),
  OUTGOING_NETWORKS: z
    .string()
    .default('')
    .transform((value) => value.split(',').map((network) => network.trim()))
    .transform((networks) => networks.filter((network) => network !== ''))
    .refine((networks) => networks.every(isNetwork), {
      error: 'must list addresses or networks such as 192.168.10.0/24',
    }),
  LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']).default('info'),
});

export interface Config {
  readonly http: {
    readonly port: number;
    readonly host: string;
    /** The address under which browsers reach us; null: derived from the port. */
    readonly publicUrl: string | null;
    readonly trustProxy: readonly string[];
    readonly uploadMaxBytes: number;
  };
  readonly database: { readonly url: string | null; readonly pool: number };
  readonly queue: { readonly redisUrl: string | null; readonly backend: 'auto' | 'postgres' };
  readonly mqtt: {
    readonly url: string | null;
    readonly embeddedPort: number;
    readonly embeddedHost: string;
  };
  readonly files: { readonly folder: string | null };
  readonly outgoing: {
    /** Of our own, that an address somebody gave us may lead to all the same: `10.0.0.0/8`. */
    readonly networks: readonly string[];
  };
  readonly dataDir: string;
  readonly roles: readonly Role[];
  readonly demo: {
    readonly wanted: boolean | null;
    readonly password: string;
    /** How many times faster than their file simulated machines run. */
    readonly speed: number;
  };
  readonly logLevel: string;
}

export class ConfigInvalid extends CannotStart {
  constructor(readonly problems: readonly string[]) {
    super(
      `The configuration is not valid:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`,
    );
  }
}

/**
 * Parses the environment. An empty variable counts as unset.
 * @throws ConfigInvalid with every mistake at once; reasons name the variable, never its value.
 */
export function parseConfig(environment: Readonly<Record<string, string | undefined>>): Config {
  const given = Object.fromEntries(
    Object.entries(environment).filter(([, value]) => value !== undefined && value !== ''),
  );
  const parsed = schema.safeParse(given);
  if (!parsed.success) {
    throw new ConfigInvalid(
      parsed.error.issues.map((issue) => `${String(issue.path[0])} ${reasonOf(issue)}`),
    );
  }
  const env = parsed.data;
  return Object.freeze<Config>({
    http: {
      port: env.PORT,
      host: env.HOST,
      publicUrl: env.PUBLIC_URL?.replace(/\/+$/, '') ?? null,
      trustProxy: env.TRUST_PROXY?.split(',').map((address) => address.trim()) ?? [],
      uploadMaxBytes: env.UPLOAD_MAX_MB * 1024 * 1024,
    },
    database: { url: env.DATABASE_URL ?? null, pool: env.DATABASE_POOL },
    queue: { redisUrl: env.REDIS_URL ?? null, backend: env.QUEUE_BACKEND },
    mqtt: { url: env.MQTT_URL ?? null, embeddedPort: env.MQTT_PORT, embeddedHost: env.MQTT_HOST },
    files: { folder: env.FILES_URL ? fileURLToPath(env.FILES_URL) : null },
    outgoing: { networks: env.OUTGOING_NETWORKS },
    dataDir: env.DATA_DIR,
    roles: env.ROLES,
    demo: {
      wanted: env.DEMO === undefined ? null : env.DEMO === 'true',
      password: env.DEMO_PASSWORD,
      speed: env.DEMO_SPEED,
    },
    logLevel: env.LOG_LEVEL,
  });
}

function integer(min: number, max: number) {
  return number(min, max).refine(Number.isInteger, { error: 'must be a whole number' });
}

function number(min: number, max: number) {
  return z
    .union([z.string(), z.number()])
    .transform((value) =>
      typeof value === 'number' ? value : value.trim() === '' ? NaN : Number(value),
    )
    .refine((value) => Number.isFinite(value) && value >= min && value <= max, {
      error: `must be a number from ${min} to ${max}`,
    });
}

function hasScheme(value: string, schemes: readonly string[]): boolean {
  const parsed = URL.parse ? URL.parse(value) : tryUrl(value);
  return parsed !== null && schemes.includes(parsed.protocol);
}

/** An address, or a network with its prefix: `192.168.10.0/24`. */
function isNetwork(text: string): boolean {
  const [address = '', prefix, ...rest] = text.split('/');
  const bits = { 0: -1, 4: 32, 6: 128 }[isIP(address)] ?? -1;
  const length = prefix === undefined ? bits : /^\d{1,3}$/.test(prefix) ? Number(prefix) : NaN;
  return rest.length === 0 && bits > 0 && length <= bits;
}

function tryUrl(value: string): URL | null {
  try {
    return new URL(value);
  } catch {
    return null;
  }
}

// zod's default texts may quote what was received; ours never do.
function reasonOf(issue: z.core.$ZodIssue): string {
  return issue.code === 'invalid_type' ? 'is not of the expected type' : issue.message;
}
