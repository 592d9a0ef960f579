import { RECENT_SIGN_IN_S } from '@cordee/contracts/contract';
import { DomainError } from '@cordee/contracts/domain-error';
import type { Actor } from '@cordee/messaging/call';

/**
 * Rejects a person who has not signed in recently (RFC 9470), and every API token: a stolen token must not be enough to
 * change who can sign in.
 */
export function requireRecentSignIn(actor: Actor, now: Date): void {
  if (actor.kind !== 'person') throw new DomainError('SIGN_IN_REQUIRED');
  if (!actor.signedInAt)
    throw new DomainError('API_TOKEN_SCOPE_MISSING', {
      detail: 'no scope allows this operation: it requires a session with a recent sign-in',
    });
  if (now.getTime() > actor.signedInAt.getTime() + RECENT_SIGN_IN_S * 1000)
    throw new DomainError('INSUFFICIENT_USER_AUTHENTICATION');
}
