import { UserError } from './user-error.mjs';

const units = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** Parses `--since`: a duration before now (`10m`) or an instant. */
export function parseInstant(text, now) {
  if (text === undefined) return undefined;
  const [, count, unit] = /^(\d+)([smhd])$/.exec(text) ?? [];
  const instant = unit ? new Date(now.getTime() - Number(count) * units[unit]) : new Date(text);
  if (!(unit || /^\d{4}-\d{2}-\d{2}/.test(text)) || Number.isNaN(instant.getTime()))
    throw new UserError(
      `--since ${text} is neither a duration (30s, 10m, 2h, 1d) nor an instant (2026-01-31T09:00:00Z).`,
    );
  return instant;
}

/** Validates `--filter`: `billing` or `billing.invoice`. */
export function checkFilter(text) {
  if (text !== undefined && !/^[a-z]+(\.[a-z_]+)?$/.test(text))
    throw new UserError(
      `--filter ${text} is neither a service (billing) nor a service and an entity (billing.invoice).`,
    );
  return text;
}
