/** Returns the environment of all processes. Addresses and ports of this run override the environment of the caller. */
export function serviceEnvironment({ servers, ports }) {
  return {
    NODE_ENV: 'development',
    LOG_LEVEL: 'info',
    // Clients with open connections need some time to notice that a process stops.
    DRAIN_MS: '1000',
    ...process.env,
    ...servers.env,
    ...fallbackVariables(servers.env),
    TZ: 'UTC',
    HOST: '127.0.0.1',
    // `processEnvironment` sets the ports of a single process.
    PORT: undefined,
    OPS_PORT: undefined,
    PUBLIC_URL: process.env.PUBLIC_URL ?? `http://127.0.0.1:${ports.gateway}`,
    SMTP_URL: process.env.SMTP_URL ?? `smtp://127.0.0.1:${ports.mailSmtp}`,
    MAIL_PAGE_PORT: String(ports.mailPage),
    MAIL_SMTP_PORT: String(ports.mailSmtp),
    QUEUE_BOARD_PORT: undefined,
    // The demonstration mode allows moving the clock.
    CORDEE_MODE: 'demonstration',
    STAFF_EMAILS: process.env.STAFF_EMAILS ?? 'staff@cordee.example',
    // The other fields of the seller of demonstrations are defaults.
    SELLER_VAT_REGISTRATIONS:
      process.env.SELLER_VAT_REGISTRATIONS ?? 'OSS:EU372000001,GB:GB123456789,NO:2012345,OTHER:none',
    SELLER_BUILDING_NUMBER: process.env.SELLER_BUILDING_NUMBER ?? '12',
    SELLER_EMAIL: process.env.SELLER_EMAIL ?? 'billing@cordee.example',
    SELLER_PHONE: process.env.SELLER_PHONE ?? '+41 22 555 01 23',
    SELLER_WEBSITE: process.env.SELLER_WEBSITE ?? 'https://cordee.example',
    SELLER_BIC: process.env.SELLER_BIC ?? 'DEMOCHGGXXX',
  };
}

/** Returns the variables of one process: its ports, because two processes cannot share a port, and its user of NATS. */
export function processEnvironment(name, ports, env) {
  const user = name === 'all-in-one' ? 'gateway' : name;
  return {
    NATS_URL: env[`${user.toUpperCase()}_NATS_URL`] ?? env.NATS_URL,
    OPS_PORT: String(ports.ops[name]),
    ...(name === 'gateway' || name === 'all-in-one' ? { PORT: String(ports.gateway) } : {}),
    ...(name === 'reminders' || name === 'all-in-one' ? { QUEUE_BOARD_PORT: String(ports.queueBoard) } : {}),
  };
}

/** Returns the variables that replace missing servers. */
function fallbackVariables(env) {
  return { ...(env.NATS_URL ? {} : { CORDEE_BUS: 'embedded' }), ...(env.REDIS_URL ? {} : { CORDEE_JOBS: 'postgres' }) };
}

/** Describes the replacements of missing servers in one line. Returns undefined when no server is missing. */
export function describeFallbacks({ missing }) {
  const fallbackOf = { nats: 'the embedded bus instead of NATS', redis: 'jobs on PostgreSQL instead of Valkey/Redis' };
  if (missing.length === 0) return undefined;
  const replacements = missing.map(({ server }) => fallbackOf[server]).join(' and ');
  const reasons = missing.map(({ reason }) => reason).join(' ');
  return `Running with ${replacements}: ${reasons}`;
}
