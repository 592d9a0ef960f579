import type { People } from '@cordee/access/people';
import { DomainError } from '@cordee/contracts/domain-error';
import { recordSupportAction } from '@cordee/contracts/identity/support-access';
import { supportAccessAllows, type PermissionName } from '@cordee/contracts/permissions';
import type { Actor, Call } from '@cordee/messaging/call';
import type { RpcClient } from '@cordee/messaging/rpc-client';

type SupportAccessId = `sup_${string}`;
type Person = Extract<Actor, { kind: 'person' }>;

/** The maximum number of support accesses under which one action is recorded. */
const MAX_ACCESSES = 20;
/** The limits of the field `about` of `recordSupportAction`. */
const MAX_IDS = 20;
const MAX_ID_LENGTH = 100;
/** The timeout of recording, which is shorter than the five seconds after which the caller of the action gives up. */
export const RECORD_TIMEOUT_MS = 3_000;

/**
 * Returns the support accesses under which a member of staff may use an operation (SUP-3); each returned access permits
 * the operation. Throws ORGANIZATION_NOT_FOUND without a support entry, because the organization is then unknown to the
 * caller.
 */
export function supportAccessesFor(
  people: People,
  { accountId, isStaff }: Person,
  operation: { permission: PermissionName; kind: 'command' | 'query'; now: Date },
): SupportAccessId[] {
  const activeEntries = isStaff ? people.supportEntriesOf(accountId, operation.now.getTime()) : [];
  if (activeEntries.length === 0) throw new DomainError('ORGANIZATION_NOT_FOUND');
  const permittingIds = activeEntries
    .filter((entry) => supportAccessAllows(operation.permission, operation.kind, entry))
    .map(({ supportAccessId }) => supportAccessId);
  if (permittingIds.length === 0) throw new DomainError('PERMISSION_DENIED');
  return [...new Set(permittingIds)].slice(0, MAX_ACCESSES);
}

/**
 * The support accesses of a member of the organization who has also entered the organization as staff. The membership
 * or a support access may permit the action, so the action is recorded.
 */
export function additionalSupportAccesses(
  people: People,
  { accountId }: Person,
  now: Date,
): SupportAccessId[] | undefined {
  const activeIds = people.supportEntriesOf(accountId, now.getTime()).map(({ supportAccessId }) => supportAccessId);
  return activeIds.length > 0 ? [...new Set(activeIds)].slice(0, MAX_ACCESSES) : undefined;
}

/**
 * Records at identity the actions of staff under a support access, before the actions run. Reads are recorded as well.
 */
export class SupportAudit {
  constructor(private readonly rpc: RpcClient) {}

  /**
   * Records the action and returns the support accesses that are still active. Throws SERVICE_UNAVAILABLE when the
   * action cannot be recorded.
   */
  async record(call: Call, supportAccessIds: readonly SupportAccessId[], input: unknown): Promise<SupportAccessId[]> {
    const { actor, organizationId, contract } = call;
    if (actor.kind !== 'person' || !organizationId)
      throw new Error(`${contract.subject} needs a person and an organization to run under a support access`);
    const recorded = await this.rpc
      .call(
        recordSupportAction,
        {
          organizationId,
          accountId: actor.accountId,
          supportAccessIds: [...supportAccessIds],
          subject: contract.subject,
          about: idsOf(input),
        },
        { causedBy: call, timeoutMs: RECORD_TIMEOUT_MS },
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

/** The ids in the input, except the organization id. */
export const idsOf = (input: unknown): string[] =>
  Object.entries(input as Record<string, unknown>)
    .flatMap(([field, value]) =>
      /.Id$/.test(field) && field !== 'organizationId' && typeof value === 'string' && value.length <= MAX_ID_LENGTH
        ? [value]
        : [],
    )
    .slice(0, MAX_IDS);
