import type { People } from '@cordee/access/people';
import { DomainError } from '@cordee/contracts/domain-error';
import { recordSupportAction } from '@cordee/contracts/identity/support-access';
import { maySupport, type PermissionName } from '@cordee/contracts/permissions';
import type { Actor, Call } from '@cordee/messaging/call';
import type { RpcClient } from '@cordee/messaging/rpc-client';

type SupportAccessId = `sup_${string}`;
type Person = Extract<Actor, { kind: 'person' }>;

/** The most accesses that one action is recorded under. */
const MAX_ACCESSES = 20;
const MAX_IDS = 20;
const MAX_ID_LENGTH = 100;
/** Below the five seconds after which the caller of the action gives up. */
const RECORD_MS = 3_000;

/**
 * The support accesses under which staff may use an operation (SUP-3); several of one person add up. Without an entry
 * the organization is unknown to the caller.
 */
export function supportAccessesFor(
  people: People,
  { accountId, isStaff }: Person,
  operation: { permission: PermissionName; kind: 'command' | 'query'; now: Date },
): SupportAccessId[] {
  const entered = isStaff ? people.supportOf(accountId, operation.now.getTime()) : [];
  if (entered.length === 0) throw new DomainError('ORGANIZATION_NOT_FOUND');
  const passing = entered
    .filter((entry) => maySupport(operation.permission, operation.kind, entry))
    .map(({ supportAccessId }) => supportAccessId);
  if (passing.length === 0) throw new DomainError('PERMISSION_DENIED');
  return [...new Set(passing)].slice(0, MAX_ACCESSES);
}

/** The support accesses of a member who has also entered as staff: either can permit the action, so it is recorded. */
export function additionalSupportAccesses(
  people: People,
  { accountId }: Person,
  now: Date,
): SupportAccessId[] | undefined {
  const entered = people.supportOf(accountId, now.getTime()).map(({ supportAccessId }) => supportAccessId);
  return entered.length > 0 ? [...new Set(entered)].slice(0, MAX_ACCESSES) : undefined;
}

/** Records actions of staff under a support access at identity before they run, reads too. */
export class SupportAudit {
  constructor(private readonly rpc: RpcClient) {}

  /** Records the action and returns the accesses that are still active. Throws SERVICE_UNAVAILABLE when it cannot. */
  async record(call: Call, supportAccessIds: readonly SupportAccessId[], input: unknown): Promise<SupportAccessId[]> {
    const { actor, organizationId, contract } = call;
    if (actor.kind !== 'person' || !organizationId)
      throw new Error(`${contract.subject} runs under a support access without a person and an organization`);
    const recorded = await this.rpc
      .call(
        recordSupportAction,
        {
          organizationId,
          accountId: actor.accountId,
          supportAccessIds: [...supportAccessIds],
          subject: contract.subject,
          about: idsIn(input),
        },
        { for: call, timeoutMs: RECORD_MS },
      )
      .catch(() => {
        throw new DomainError('SERVICE_UNAVAILABLE', {
          detail:
            'actions under a support access are recorded before they run, and recording is not possible right now',
          retryAfter: 2,
        });
      });
    return recorded.supportAccessIds;
  }
}

/** The ids in the input except the organization. */
const idsIn = (input: unknown): string[] =>
  Object.entries(input as Record<string, unknown>)
    .flatMap(([field, value]) =>
      /.Id$/.test(field) && field !== 'organizationId' && typeof value === 'string' && value.length <= MAX_ID_LENGTH
        ? [value]
        : [],
    )
    .slice(0, MAX_IDS);
