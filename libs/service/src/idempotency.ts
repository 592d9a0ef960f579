import { createHash } from 'node:crypto';
import { DomainError } from '@cordee/contracts/domain-error';
import { toUuid } from '@cordee/contracts/id';
import { actorId, type Actor, type Call } from '@cordee/messaging/call';
import type { EntityManager } from '@mikro-orm/postgresql';
import { tryAdvisoryLock } from './database/advisory-lock.ts';
import { sendAhead } from './database/orm.ts';
import { NO_ORGANIZATION, setTenantContext } from './database/tenant-context.ts';

/** How long the reply of a call is stored, so that a repeat of the call gets the same reply. */
export const IDEMPOTENCY_KEPT_MS = 24 * 3_600_000;

/**
 * Runs a command once per idempotency key, in the transaction of the command. A repeat gets the stored reply. Throws
 * IDEMPOTENCY_KEY_REUSED for a repeat with another input, and IDEMPOTENCY_KEY_RUNNING while the first call runs. The
 * reply of a rejected command is not stored. A call without a key, or with a secret output, always runs.
 *
 * The key of an anonymous caller holds for one input: somebody else with the same key and another input neither gets
 * the stored reply nor blocks the key.
 */
export async function runOnce(
  em: EntityManager,
  call: Call,
  input: unknown,
  run: () => Promise<unknown>,
  onRepeat: () => void,
): Promise<unknown> {
  if (!call.idempotencyKey || call.contract.hasSecretOutput) return run();
  const inputHash = createHash('sha256').update(JSON.stringify(input)).digest();
  const accountId = call.actor.kind === 'person' ? call.actor.accountId : undefined;
  const key = [
    call.organizationId ? toUuid(call.organizationId) : NO_ORGANIZATION,
    callerOf(call.actor, inputHash),
    call.contract.subject,
    call.idempotencyKey,
  ];
  // Two statements in one round trip: one statement would read the stored reply as of before the lock.
  const [isLocked, [storedReply]] = await Promise.all([
    tryAdvisoryLock(em, key.join('\n')),
    em.execute<{ input_hash: Buffer; output: { value: unknown } }[]>(
      `select input_hash, output from idempotency_key
       where organization_id = ? and actor_id = ? and subject = ? and key = ? and created_at > ?`,
      [...key, new Date(call.now.getTime() - IDEMPOTENCY_KEPT_MS)],
    ),
  ]);
  if (storedReply) {
    if (!inputHash.equals(storedReply.input_hash)) throw new DomainError('IDEMPOTENCY_KEY_REUSED');
    onRepeat();
    return storedReply.output.value;
  }
  // The lock is checked after the stored reply: a repeat of a finished call may have the lock, and then the stored
  // reply counts.
  if (!isLocked) throw new DomainError('IDEMPOTENCY_KEY_RUNNING', { retryAfter: 1 });
  const output = await run();
  // The command may have changed the tenant context: its remaining writes are flushed in that context, and the row of
  // the key is written in the context of the caller.
  await em.flush();
  setTenantContext(em, { organizationId: call.organizationId, accountId });
  // An expired row with the same key may still exist; it is replaced.
  sendAhead(
    em,
    `insert into idempotency_key
       (organization_id, actor_id, subject, key, account_id, input_hash, output, created_at)
     values (?, ?, ?, ?, ?, ?, ?, ?)
     on conflict (organization_id, actor_id, subject, key) do update
     set input_hash = excluded.input_hash, output = excluded.output, created_at = excluded.created_at`,
    [...key, accountId ? toUuid(accountId) : null, inputHash, JSON.stringify({ value: output ?? null }), call.now],
  );
  return output;
}

const callerOf = (actor: Actor, inputHash: Buffer): string =>
  actor.kind === 'anonymous' ? `anonymous:${inputHash.toString('base64url')}` : actorId(actor);
