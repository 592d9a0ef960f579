import type { AccessCache } from '@cordee/access/access-cache';
import { readRevision } from '@cordee/access/access-revision';
import type { Contract } from '@cordee/contracts/contract';
import { DomainError } from '@cordee/contracts/domain-error';
import { permissions, type PermissionName } from '@cordee/contracts/permissions';
import { Locale } from '@cordee/contracts/values';
import type { BusMessage } from '@cordee/messaging/bus';
import { actorId, callHeaders, type Actor, type Call } from '@cordee/messaging/call';
import type { Clock } from './clock.ts';
import { networkOf } from './network-of.ts';
import { requireRecentSignIn } from './recent-sign-in.ts';
import { additionalSupportAccesses, supportAccessesFor, type SupportAudit } from './support-audit.ts';
import { enforceServiceToken } from './service-token-access.ts';
import { enforceTokenScope } from './token-scope.ts';
import type { TokenVerifier } from './token-verifier.ts';

const GATEWAY = 'gateway';

interface AuthorizerDependencies {
  access: AccessCache;
  verifier: TokenVerifier;
  supportAudit: SupportAudit;
  clock: Clock;
}

/** Authenticates and authorizes the calls of a service. */
export class CallAuthorizer {
  constructor(private readonly dependencies: AuthorizerDependencies) {}

  /** Returns the call, or throws when the caller may not make it. */
  async authorize(contract: Contract, input: unknown, headers: BusMessage['headers']): Promise<Call> {
    const now = this.dependencies.clock.now();
    const deadline = Number(headers[callHeaders.deadline]);
    assertInTime(deadline);
    const token = headers[callHeaders.token];
    const actor = await this.authenticate(contract, token, headers[callHeaders.service]);
    const organizationId = (input as { organizationId?: `org_${string}` } | null)?.organizationId;
    let supportAccessIds = await this.checkAccess(contract, actor, organizationId, now);
    const accessRevision = headers[callHeaders.accessRevision];
    if (organizationId && accessRevision) {
      // Only an authorized caller may cause a refresh. After the refresh, access is checked again.
      await this.dependencies.access.catchUp(organizationId, readRevision(organizationId, accessRevision));
      supportAccessIds = await this.checkAccess(contract, actor, organizationId, now);
    }
    if (contract.requiresRecentSignIn) requireRecentSignIn(actor, now);
    const reason = headers[callHeaders.reason];
    const idempotencyKey = headers[callHeaders.idempotencyKey];
    if (contract.idempotencyKey === 'required' && !idempotencyKey) throw new DomainError('IDEMPOTENCY_KEY_MISSING');
    return {
      contract,
      actor,
      now,
      organizationId,
      token,
      accessRevision,
      supportAccessIds,
      deadline,
      callerAddress: headers[callHeaders.callerAddress],
      queueKey: queueKeyOf(contract, headers, actor, organizationId),
      requestId: storableText(headers[callHeaders.requestId]) ?? 'unknown',
      traceparent: storableText(headers[callHeaders.traceparent]),
      idempotencyKey: idempotencyKey && decodeHeader(idempotencyKey),
      reason: reason && decodeHeader(reason),
      language: languageOf(headers[callHeaders.language]),
    };
  }

  /**
   * Records the call under its support accesses. Returns the call with only the support accesses that are still active,
   * and throws when no support access is active.
   */
  async auditSupportAction(
    call: Call,
    supportAccessIds: NonNullable<Call['supportAccessIds']>,
    input: unknown,
  ): Promise<Call> {
    const activeIds = await this.dependencies.supportAudit.record(call, supportAccessIds, input);
    if (activeIds.length > 0) return { ...call, supportAccessIds: activeIds };
    // For staff who are not members and have no active support access, the organization does not exist.
    const people = await this.dependencies.access.people(call.organizationId!);
    if (!people.find(actorId(call.actor))) throw new DomainError('ORGANIZATION_NOT_FOUND');
    // This process may have decided from a support access that has just ended. The caller retries after this process is
    // notified.
    throw new DomainError('SERVICE_UNAVAILABLE', {
      detail: 'a support access is ending at this moment',
      retryAfter: 1,
    });
  }

  private async authenticate(
    contract: Contract,
    token: string | undefined,
    service: string | undefined,
  ): Promise<Actor> {
    if (contract.access === 'service') return { kind: 'service', service: service ?? 'unknown' };
    if (!token) return { kind: 'anonymous' };
    if (contract.access !== 'public') return this.dependencies.verifier.verify(token);
    // A public operation ignores an invalid access token, every API token (only an API token has limits) and every
    // service token.
    const caller = await this.dependencies.verifier.verify(token).catch((error: unknown) => {
      const isInvalid = error instanceof DomainError && ['SIGN_IN_REQUIRED', 'API_TOKEN_INVALID'].includes(error.code);
      if (!isInvalid) throw error;
    });
    return caller?.kind === 'person' && !caller.limits ? caller : { kind: 'anonymous' };
  }

  /**
   * Throws when the caller may not use the operation. Returns the support accesses under which the call runs. A member
   * of the organization can have support accesses as well.
   */
  private async checkAccess(
    contract: Contract,
    actor: Actor,
    organizationId: `org_${string}` | undefined,
    now: Date,
  ): Promise<Call['supportAccessIds']> {
    const { access } = contract;
    if (access === 'public' || access === 'service') return undefined;
    if (actor.kind === 'service_token') {
      await enforceServiceToken(actor, contract, organizationId, this.dependencies.access);
      return undefined;
    }
    if (actor.kind !== 'person') throw new DomainError('SIGN_IN_REQUIRED');
    if (access === 'staff') {
      // For callers who are not staff, staff routes do not exist.
      if (!actor.isStaff) throw new DomainError('NOT_FOUND');
      return undefined;
    }
    if (actor.limits) enforceTokenScope(actor.limits, access, organizationId);
    if (access === 'account') return undefined;
    if (!(access in permissions) || !organizationId)
      throw new Error(`${contract.subject} requires the permission ${access}, but its input has no organization`);
    const people = await this.dependencies.access.people(organizationId);
    const person = people.find(actor.accountId);
    if (!person) return supportAccessesFor(people, actor, { permission: access, kind: contract.kind, now });
    if (!people.may(actor.accountId, access satisfies PermissionName)) {
      throw new DomainError(
        'PERMISSION_DENIED',
        person.lacksSecondFactor
          ? { detail: 'the organization requires a second factor, and this account has none' }
          : {},
      );
    }
    return additionalSupportAccesses(people, actor, now);
  }
}

/** Throws when the caller does not wait any more: the caller repeats the call with the same idempotency key. */
export function assertInTime(deadline: number): void {
  if (deadline && Date.now() > deadline) throw new DomainError('SERVICE_UNAVAILABLE', { retryAfter: 1 });
}

/**
 * The key of a call in the queues: its organization, else its account, else its network. Calls of services and of
 * access caches have no key and do not wait, because their callers already have places in queues and locks. When all
 * services run in one process, the access cache of the process calls in the name of the gateway.
 */
function queueKeyOf(
  { isForAccess }: Contract,
  headers: BusMessage['headers'],
  actor: Actor,
  organizationId: `org_${string}` | undefined,
): string | undefined {
  if (isForAccess || (headers[callHeaders.service] ?? GATEWAY) !== GATEWAY) return undefined;
  return organizationId ?? (actor.kind === 'person' ? actor.accountId : networkOf(headers[callHeaders.callerAddress]));
}

/** Decodes a header that the caller has percent-encoded. */
function decodeHeader(encoded: string): string {
  try {
    const value = storableText(decodeURIComponent(encoded));
    if (value !== undefined) return value;
  } catch {
    // The header is not percent-encoded.
  }
  throw new DomainError('INPUT_NOT_PARSEABLE');
}

/** Returns undefined for a text that PostgreSQL cannot store. */
const storableText = (text: string | undefined): string | undefined => (text?.includes('\0') ? undefined : text);

/**
 * The language of the caller; English for an unknown language. Uses no schema, because a schema error is slower than
 * most calls.
 */
const languageOf = (requested: string | undefined): Locale =>
  Locale.options.find((locale) => locale === requested) ?? 'en';
