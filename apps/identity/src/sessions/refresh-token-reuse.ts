import type { Session } from './session.entity.ts';

/** A used refresh token is accepted again for this time, because two requests may send it or an answer may be lost. */
const REPEAT_MS = 30_000;

/**
 * Decides how a session treats the refresh token of a generation (ORG-4):
 * - `renew`: the newest token, which a successor replaces
 * - `repeat`: the token before the newest one, within 30 seconds of its first use; it gets the same successor
 * - `end_session`: any other token; two parties use the session
 */
export function decideRefresh(
  session: Pick<Session, 'generation' | 'lastUsedAt'>,
  tokenGeneration: number,
  now: Date,
): 'renew' | 'repeat' | 'end_session' {
  if (tokenGeneration === session.generation) return 'renew';
  const isPrevious = tokenGeneration === session.generation - 1;
  return isPrevious && now.getTime() < session.lastUsedAt.getTime() + REPEAT_MS ? 'repeat' : 'end_session';
}
