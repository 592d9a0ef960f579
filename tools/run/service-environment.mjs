/** What every process of ours is told. Addresses and ports of this run win over the caller's environment; the rest of it is kept. */
export function serviceEnvironment({ servers, ports }) {
  return {
    NODE_ENV: 'development',
    LOG_LEVEL: 'info',
    ...process.env,
    ...servers.env,
    ...fallbacks(servers.env),
    TZ: 'UTC',
    HOST: '127.0.0.1',
    PORT: undefined,
    PUBLIC_URL: process.env.PUBLIC_URL ?? `http://127.0.0.1:${ports.gateway}`,
    SMTP_URL: process.env.SMTP_URL ?? `smtp://127.0.0.1:${ports.mailSmtp}`,
    MAIL_PAGE_PORT: String(ports.mailPage),
    MAIL_SMTP_PORT: String(ports.mailSmtp),
    QUEUE_BOARD_PORT: undefined,
    CORDEE_MODE: 'demonstration', // the clock may be moved
    STAFF_EMAILS: process.env.STAFF_EMAILS ?? 'staff@cordee.example',
  };
}

/** What one process is told beyond that: only one may listen on each port. */
export function ownEnvironment(name, ports) {
  return {
    OPS_PORT: String(ports.ops[name]),
    ...(name === 'gateway' || name === 'all-in-one' ? { PORT: String(ports.gateway) } : {}),
    ...(name === 'reminders' || name === 'all-in-one' ? { QUEUE_BOARD_PORT: String(ports.queueBoard) } : {}),
  };
}

function fallbacks(env) {
  return { ...(env.NATS_URL ? {} : { CORDEE_BUS: 'embedded' }), ...(env.REDIS_URL ? {} : { CORDEE_JOBS: 'postgres' }) };
}

/** One clear line about what had to be replaced, or nothing. */
export function describeFallbacks({ missing }) {
  const replaced = { nats: 'the embedded bus instead of NATS', redis: 'jobs on PostgreSQL instead of Valkey/Redis' };
  if (missing.length === 0) return undefined;
  return `Running with ${missing.map(({ server }) => replaced[server]).join(' and ')}: ${missing.map(({ reason }) => reason).join(' ')}`;
}
