import type { People } from '@cordee/access/people';
import { DomainError } from '@cordee/contracts/domain-error';
import { recordSupportAction } from '@cordee/contracts/identity/support-access';
import { maySupport, type PermissionName } from '@cordee/contracts/permissions';
import type { Actor, Call } from '@cordee/messaging/call';
import type { RpcClient } from '@cordee/messaging/rpc-client';

type SupportAccessId = `sup_${string}`;
type Person = Extract<Actor, { kind: 'person' }>;

/** As many as one action is recorded under. */
const MAX_ACCESSES = 20;
const MAX_IDS = 20;
const MAX_ID_LENGTH = 100;
/** Whoever waits for the action itself gives up after five seconds. */
const RECORD_MS = 3_000;

/**
 * The accesses under which somebody who does not belong to the organization may pass a door (SUP-3); several of one person add up. Who has
 * entered under none learns nothing of the organization.
 */
export function supportAccessesFor(
  people: People,
  { accountId, isStaff }: Person,
  door: { permission: PermissionName; kind: 'command' | 'query'; now: Date },
): SupportAccessId[] {
  const entered = isStaff ? people.supportOf(accountId, door.now.getTime()) : [];
  if (entered.length === 0) throw new DomainError('ORGANIZATION_NOT_FOUND');
  const passing = entered
    .filter((entry) => maySupport(door.permission, door.kind, entry))
    .map(({ supportAccessId }) => supportAccessId);
  if (passing.length === 0) throw new DomainError('PERMISSION_DENIED');
  return [...new Set(passing)].slice(0, MAX_ACCESSES);
}

/** The accesses that somebody has entered under who belongs to the organization too: what they do may rest on either, so it is recorded all the same. */
export function additionalSupportAccesses(
  people: People,
  { accountId }: Person,
  now: Date,
): SupportAccessId[] | undefined {
  const entered = people.supportOf(accountId, now.getTime()).map(({ supportAccessId }) => supportAccessId);
  return entered.length > 0 ? [...new Set(entered)].slice(0, MAX_ACCESSES) : undefined;
}

/** Has identity put on record what a member of staff does under an access, reads too, before it is done. */
export class SupportAudit {
  constructor(private readonly rpc: RpcClient) {}

  /** Those of the accesses that stand as identity knows them, the action on record under each. What cannot be put on record is not done. */
  async keep(call: Call, supportAccessIds: readonly SupportAccessId[], input: unknown): Promise<SupportAccessId[]> {
    const { actor, organizationId, contract } = call;
    if (actor.kind !== 'person' || !organizationId)
      throw new Error(`${contract.subject} was let in under a support access without a person and an organization`);
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
            'what the staff does under a support access is put on record before it is done, and that is not possible right now',
          retryAfter: 2,
        });
      });
    return recorded.supportAccessIds;
  }
}

/** What the request is about: the ids that it names besides the organization. */
const idsIn = (input: unknown): string[] =>
  Object.entries(input as Record<string, unknown>)
    .flatMap(([field, value]) =>
      /.Id$/.test(field) && field !== 'organizationId' && typeof value === 'string' && value.length <= MAX_ID_LENGTH
        ? [value]
        : [],
    )
    .slice(0, MAX_IDS);
