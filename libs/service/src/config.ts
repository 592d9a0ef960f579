import fs from 'node:fs';
import * as z from 'zod';
import { packageVersion } from './package-version.ts';
import { productionProblems, type ProductionCheck } from './production-values.ts';
import { StartError } from './start-error.ts';
import { VerificationKeysVariable } from './token-keys.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** The clock can be moved in the modes `demonstration` and `test`. */
export const Mode = z.enum(['production', 'demonstration', 'test']);

/** One or more addresses of NATS, separated by commas. */
export const NatsUrl = z
  .string()
  .refine(
    (list) => list.split(',').every((url) => z.url({ protocol: /^(nats|tls)$/, hostname: /./ }).safeParse(url).success),
    'must be nats://user:password@host:4222 or tls://…',
  );

/** Returns the error function of a field: `text` for a value in another format, the general error without a value. */
const formatError =
  (text: string) =>
  ({ input }: { input?: unknown }): string | undefined =>
    input === undefined ? undefined : text;

export const PostgresUrl = z.url({
  protocol: /^postgres(ql)?$/,
  error: formatError('must be postgres://user:password@host:5432/database'),
});

const serverUrlCheck = { productionCheck: 'server_url' satisfies ProductionCheck };

/**
 * The environment of every service; services extend it. Metadata: `isSecret` marks values that must not be in shared
 * files, `isRequiredInProduction` variables without which a process with NODE_ENV=production does not start.
 */
export const ServiceConfig = z.object({
  NODE_ENV: z
    .string()
    .default('development')
    .describe('With the value production, the service refuses the embedded bus and jobs on PostgreSQL'),
  CORDEE_MODE: Mode.default('production').describe('The clock can be moved in demonstration and test'),
  LOG_LEVEL: z
    .enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'])
    .default('info')
    .describe('Lowest level of log lines'),
  CORDEE_VERSION: z
    .string()
    .default(packageVersion)
    .describe('Version in logs and health; an image has the version with which it was built'),
  OTEL_EXPORTER_OTLP_ENDPOINT: z
    .url({ protocol: /^https?$/ })
    .optional()
    .describe('Address of an OpenTelemetry collector (OTLP over HTTP), such as http://collector:4318, for traces')
    .meta(serverUrlCheck),
  OTEL_TRACES_SAMPLER_ARG: z.coerce
    .number()
    .min(0)
    .max(1)
    .default(1)
    .describe('Share of the traces that are sent, from 0 to 1; a trace of a caller keeps the decision of the caller'),
  HOST: z.string().default('127.0.0.1').describe('Address to listen on'),
  OPS_PORT: z.coerce.number().int().min(0).max(65535).default(9100).describe('Health and metrics'),
  DRAIN_MS: z.coerce
    .number()
    .int()
    .min(0)
    .max(300_000)
    .default(3_000)
    .describe(
      'Milliseconds for which a process that stops reports that it is not ready and still accepts requests; must be ' +
        'longer than the interval at which load balancers check /health/ready',
    ),
  DATABASE_URL: PostgresUrl.describe(
    "The service's own database, as its runtime role; add ?sslmode=verify-full for TLS",
  ).meta({ isSecret: true, ...serverUrlCheck }),
  DATABASE_POOL_SIZE: z.coerce
    .number()
    .int()
    .min(2)
    .default(10)
    .describe(
      'Connections to the database for commands, events and jobs; queries use up to four more. ' +
        'Identity has the default 40',
    ),
  MAX_CALL_WAIT_MS: z.coerce
    .number()
    .int()
    .min(0)
    .default(3_000)
    .describe(
      'Milliseconds that a call waits for its turn when the service is busy; then the call gets 503 with Retry-After',
    ),
  NATS_URL: NatsUrl.optional()
    .describe(
      'nats://… or tls://…; without this variable, the service uses the embedded bus of a single process, which ' +
        'NODE_ENV=production refuses',
    )
    .meta({ isSecret: true, isRequiredInProduction: true, ...serverUrlCheck }),
  REDIS_URL: z
    .url({
      protocol: /^rediss?$/,
      hostname: /./,
      error: formatError('must be redis://:password@host:6379 or rediss://…'),
    })
    .optional()
    .describe(
      'redis://… or rediss://…; without this variable, jobs run on PostgreSQL, which NODE_ENV=production refuses',
    )
    .meta({ isSecret: true, isRequiredInProduction: true, ...serverUrlCheck }),
  TOKEN_VERIFICATION_KEYS: VerificationKeysVariable.describe(
    'JWKS with the public keys that verify access tokens: of TOKEN_SIGNING_KEY, and of a second key during a rotation',
  ),
  QUEUE_PREFIX: z.string().optional().describe('Separates the queues of several installations on one Redis'),
  PUBLIC_URL: z
    .url()
    .default('http://127.0.0.1:3000')
    .describe('Public address of the API; links in mails start with it')
    .meta({ productionCheck: 'public_url' satisfies ProductionCheck }),
  ACCESS_CACHE_MIB: z.coerce
    .number()
    .int()
    .min(1)
    .default(128)
    .describe('Approximate memory limit of the access cache; unused organizations are evicted'),
  JOBS_DATABASE_URL: PostgresUrl.optional()
    .describe('URL of the PostgreSQL database for jobs without Redis')
    .meta({ isSecret: true }),
});
export type ServiceConfig = z.output<typeof ServiceConfig>;

/** A setting of the services that use a `WorkerPool`. */
export const WorkerThreads = z.coerce
  .number()
  .int()
  .min(1)
  .max(64)
  .default(2)
  .describe('Threads for work that takes much processor time: reading mails and bank files, writing PDF');

/**
 * Reads a configuration from the environment. `NAME_FILE` names a file with the value of `NAME`. Throws one error that
 * lists all problems. In production, values of demonstrations and examples are problems too.
 */
export function readConfig<S extends z.ZodObject>(schema: S, environment: Environment): z.output<S> {
  const { config, problems } = parseConfig(schema, environment);
  if (config === undefined) throw new InvalidConfigError(problems);
  return config;
}

/** Returns the configuration, or all problems as texts `NAME: problem`. */
export function parseConfig<S extends z.ZodObject>(
  schema: S,
  environment: Environment,
): { config: z.output<S> | undefined; problems: string[] } {
  const values: Record<string, string> = {};
  const problems: string[] = [];
  for (const name of Object.keys(schema.shape)) {
    const file = environment[`${name}_FILE`];
    try {
      // An empty value counts as missing.
      const value = environment[name] || (file && fs.readFileSync(file, 'utf8').trim());
      if (value) values[name] = value;
    } catch (error) {
      problems.push(`${name}_FILE: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  const result = schema.safeParse(values, {
    error: ({ code, input }) => (code === 'invalid_type' && input === undefined ? 'is missing' : undefined),
  });
  problems.push(...(result.error?.issues ?? []).map((issue) => `${issue.path.join('.')}: ${issue.message}`));
  // The mode is read separately, so that the problems of all variables are listed together.
  if (schema.shape['CORDEE_MODE']?.safeParse(values['CORDEE_MODE']).data === 'production')
    problems.push(...productionProblems(schema, values));
  if (values['NODE_ENV'] === 'production') problems.push(...missingInProduction(schema, values));
  return { config: problems.length === 0 ? result.data : undefined, problems };
}

const missingInProduction = (schema: z.ZodObject, values: Readonly<Record<string, string>>): string[] =>
  Object.entries(schema.shape)
    .filter(([name, field]) => (field as z.ZodType).meta()?.['isRequiredInProduction'] && values[name] === undefined)
    .map(([name]) => `${name}: is missing`);

/** The message lists all problems of the configuration. */
export class InvalidConfigError extends StartError {
  constructor(problems: readonly string[]) {
    super(`The configuration is invalid:\n${problems.map((problem) => `  ${problem}`).join('\n')}`);
  }
}
