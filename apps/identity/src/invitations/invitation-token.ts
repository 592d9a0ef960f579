import { DomainError } from '@cordee/contracts/domain-error';
import type { Secrets } from '../secrets.ts';

/** The purpose with which `Secrets.makeToken` makes the token of an invitation link. */
const INVITATION_TOKEN_PURPOSE = 'invitation';

/** The content of the token in an invitation link. */
export interface InvitationTokenContent {
  organizationId: `org_${string}`;
  invitationId: `ivt_${string}`;
  /** The number of the link, from 1. Only the newest link of an invitation is valid. */
  generation: number;
}

export const makeInvitationToken = (
  secrets: Secrets,
  { organizationId, invitationId, generation }: InvitationTokenContent,
): string => secrets.makeToken(INVITATION_TOKEN_PURPOSE, [organizationId, invitationId], generation);

/** Returns the content of a token. Rejects a token that identity has not made. */
export function readInvitationToken(secrets: Secrets, token: string): InvitationTokenContent {
  const content = secrets.readToken(INVITATION_TOKEN_PURPOSE, ['org', 'ivt'], token);
  if (!content) throw new DomainError('INVITATION_TOKEN_INVALID');
  const [organizationId, invitationId] = content.ids;
  return { organizationId, invitationId, generation: content.generation };
}
