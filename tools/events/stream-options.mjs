import { UserError } from './user-error.mjs';

const units = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** Parses the value of `--since` or `--from`: a duration before now (`10m`) or an instant. */
export function parseInstant(text, now, option = '--since') {
  if (text === undefined) return undefined;
  const [, count, unit] = /^(\d+)([smhd])$/.exec(text) ?? [];
  const instant = unit ? new Date(now.getTime() - Number(count) * units[unit]) : new Date(text);
  if (!(unit || /^\d{4}-\d{2}-\d{2}/.test(text)) || Number.isNaN(instant.getTime()))
    throw new UserError(
      `${option} ${text} is neither a duration (30s, 10m, 2h, 1d) nor an instant (2026-01-31T09:00:00Z).`,
    );
  return instant;
}

/**
 * Parses the options of `subscribe` and `unsubscribe`. A tool may not have the name of one of `users`, the users of the
 * broker, because it would get the consumer or the inbox of this user.
 */
export function parseSubscription(
  { durable: tool, service, filter, from = 'all' },
  { entitiesByService, users },
  now,
  command = 'subscribe',
) {
  if (!/^[a-z][a-z0-9-]{0,40}$/.test(tool ?? '') || users.includes(tool))
    throw new UserError(`${command} needs --durable: the name of the tool in lower case, and not a user of Cordée.`);
  if (!entitiesByService.has(service))
    throw new UserError(`${command} needs --service: ${[...entitiesByService.keys()].join(', ')}.`);
  const [filteredService = service, entity] = checkFilter(filter, entitiesByService)?.split('.') ?? [];
  if (filteredService !== service) throw new UserError(`--filter ${filter} has no events of ${service}.`);
  return { tool, service, entity, from: from === 'all' || from === 'new' ? from : parseInstant(from, now, '--from') };
}

/** Validates `--filter`: a service (`billing`), or a service and one of its entity types (`billing.invoice`). */
export function checkFilter(text, entitiesByService) {
  if (text === undefined) return undefined;
  const [service, entity, ...others] = text.split('.');
  const entities = entitiesByService.get(service);
  if (!entities)
    throw new UserError(
      `--filter ${text} matches no events: use one of ${[...entitiesByService.keys()].join(', ')}, ` +
        'or one of them with an entity (billing.invoice).',
    );
  if (others.length > 0 || (entity !== undefined && !entities.has(entity)))
    throw new UserError(
      `--filter ${text} matches no events: use ${service}, ` +
        `or one of ${[...entities].map((each) => `${service}.${each}`).join(', ')}.`,
    );
  return text;
}
