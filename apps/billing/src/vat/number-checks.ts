import { toUuid } from '@cordee/contracts/id';
import { sendAhead } from '@cordee/service/database/orm';
import type { EntityManager } from '@mikro-orm/postgresql';
import { registryOf } from '../addresses/vat-number.ts';
import type { RegistryAnswer } from './registry/vat-number-registry.ts';
import type { NumberCheck } from './vat-decision.ts';

const DAY_MS = 86_400_000;
/** An older answer of a registry does not count (DOC-7). */
const MAX_AGE_MS = 30 * DAY_MS;
/** After an answer, the registry is asked again after this time, so that an outage of three weeks does no harm. */
const RENEW_AFTER_MS = 7 * DAY_MS;
const FIRST_RETRY_MS = 60_000;
const LAST_RETRY_MS = DAY_MS;

/** The last answer of a registry about a VAT number. */
export interface CheckRow {
  vat_number: string;
  registry: NumberCheck['registry'];
  status: NumberCheck['status'];
  checked_at: string | null;
  consultation_number: string | null;
}

/** The checks of an organization, by VAT number. */
export type NumberChecks = ReadonlyMap<string, CheckRow>;

/** Reads the last answers of registries about the VAT numbers of an organization. */
export async function readNumberChecks(em: EntityManager, organizationId: `org_${string}`): Promise<NumberChecks> {
  const rows = await em.execute<CheckRow[]>(
    `select vat_number, registry, status, checked_at, consultation_number
     from vat_number_check where organization_id = ?`,
    [toUuid(organizationId)],
  );
  return new Map(rows.map((row) => [row.vat_number, row]));
}

/** Returns what is known about a VAT number at a time. */
export function numberCheckOf(vatNumber: string, checks: NumberChecks, now: Date): NumberCheck {
  const registry = registryOf(vatNumber);
  const row = checks.get(vatNumber);
  const check = { number: vatNumber, checkedAt: null, consultationNumber: null } as const;
  if (!registry) return { ...check, status: 'unknown', registry: 'not_checked' };
  if (!row?.checked_at) return { ...check, status: 'unknown', registry: row?.registry ?? registry };
  const checkedAt = new Date(row.checked_at);
  const isCurrent = now.getTime() - checkedAt.getTime() <= MAX_AGE_MS;
  return {
    number: vatNumber,
    status: isCurrent ? row.status : 'unknown',
    registry: row.registry,
    checkedAt: checkedAt.toISOString(),
    consultationNumber: row.consultation_number,
  };
}

interface Consultation {
  readonly organizationId: `org_${string}`;
  readonly vatNumber: string;
  /** Undefined when the registry gave no answer: the last answer stays. */
  readonly answer: RegistryAnswer | undefined;
  /** How many consultations before this one had no answer, since the last answer. */
  readonly failureCount: number;
}

/** Stores the result of a consultation, and when the next one is due, without waiting for the reply. */
export function storeConsultation(em: EntityManager, now: Date, consultation: Consultation): void {
  const { organizationId, vatNumber, answer, failureCount } = consultation;
  const retryMs = Math.min(LAST_RETRY_MS, FIRST_RETRY_MS * 2 ** failureCount);
  const key = [toUuid(organizationId), vatNumber];
  if (!answer) {
    sendAhead(
      em,
      `insert into vat_number_check (organization_id, vat_number, registry, status, failures, next_check_at)
       values (?, ?, ?, 'unknown', ?, ?)
       on conflict (organization_id, vat_number)
         do update set failures = excluded.failures, next_check_at = excluded.next_check_at`,
      [...key, registryOf(vatNumber), failureCount + 1, new Date(now.getTime() + retryMs)],
    );
    return;
  }
  sendAhead(
    em,
    `insert into vat_number_check (
       organization_id, vat_number, registry, status, checked_at, consultation_number, failures, next_check_at
     ) values (?, ?, ?, ?, ?, ?, 0, ?)
     on conflict (organization_id, vat_number)
       do update set registry = excluded.registry, status = excluded.status, checked_at = excluded.checked_at,
         consultation_number = excluded.consultation_number, failures = 0, next_check_at = excluded.next_check_at
       -- Two consultations at the same time: the later answer counts.
       where vat_number_check.checked_at is null or vat_number_check.checked_at <= excluded.checked_at`,
    [...key, answer.registry, answer.status, now, answer.consultationNumber, new Date(now.getTime() + RENEW_AFTER_MS)],
  );
}
