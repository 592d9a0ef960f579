import { DomainError } from '@cordee/contracts/domain-error';
import type { Secrets } from '../secrets.ts';

/** The purpose of the token in an invitation link; see `Secrets.makeToken`. */
const INVITATION_LINK = 'invitation';

/** The content of the token in an invitation link. */
export interface InvitationLink {
  organizationId: `org_${string}`;
  invitationId: `ivt_${string}`;
  /** Only the newest link of an invitation is valid. */
  generation: number;
}

export const makeInvitationToken = (
  secrets: Secrets,
  { organizationId, invitationId, generation }: InvitationLink,
): string => secrets.makeToken(INVITATION_LINK, [organizationId, invitationId], generation);

/** Rejects a token that identity has not made. */
export function readInvitationToken(secrets: Secrets, token: string): InvitationLink {
  const content = secrets.readToken(INVITATION_LINK, ['org', 'ivt'], token);
  if (!content) throw new DomainError('INVITATION_TOKEN_INVALID');
  const [organizationId, invitationId] = content.ids;
  return { organizationId, invitationId, generation: content.generation };
}
