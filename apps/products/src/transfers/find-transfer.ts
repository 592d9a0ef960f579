import type { AccessCache } from '@cordee/access/access-cache';
import { getRecipient } from '@cordee/contracts/identity/account';
import { DomainError, replaceCodes } from '@cordee/contracts/domain-error';
import { inputError } from '@cordee/contracts/input-error';
import type { Call } from '@cordee/messaging/call';
import type { RpcClient } from '@cordee/messaging/rpc-client';
import type { CommandContext } from '@cordee/service/handler-decorators';
import { LockMode, type EntityManager } from '@mikro-orm/postgresql';
import { mayTransferProducts } from './may-transfer-products.ts';
import { secretMatches, readTransferToken, type TransferKey, type TokenContent } from './transfer-token.ts';
import { Transfer } from './transfer.entity.ts';

/** Returns an address in lower case, because addresses are compared without case. */
export const emailKeyOf = (email: string): string => email.toLowerCase();

/** The person who makes a call. `emailKey` is the address of the person in lower case, to find offers by mail. */
export interface CallingPerson {
  accountId: `acc_${string}`;
  emailKey: string;
}

export async function fetchCallingPerson(
  rpc: RpcClient,
  call: Call,
  accountId: `acc_${string}`,
): Promise<CallingPerson> {
  const { email } = await rpc
    .call(getRecipient, { accountId }, { causedBy: call })
    .catch(replaceCodes({ ACCOUNT_NOT_FOUND: 'SIGN_IN_REQUIRED' }));
  return { accountId, emailKey: emailKeyOf(email) };
}

/** Reads a token. Rejects a text that is not a token; the secret is not checked yet. */
export function requireTokenContent(token: string): TokenContent {
  const tokenContent = readTransferToken(token);
  if (!tokenContent) throw inputError('TRANSFER_TOKEN_INVALID', '/token', 'is not a transfer token');
  return tokenContent;
}

export const lockTransfer = (
  em: EntityManager,
  { organizationId, transferId }: TransferKey,
): Promise<Transfer | null> =>
  em.findOne(Transfer, { organizationId, id: transferId }, { lockMode: LockMode.PESSIMISTIC_WRITE, refresh: true });

/**
 * Finds the transfer of a token. The transaction must have the tenant context of the organization in the token, or a
 * database role that sees the rows of every organization.
 */
export const findByToken = async (em: EntityManager, tokenContent: TokenContent): Promise<Transfer> =>
  requireMatchingTransfer(
    tokenContent,
    await em.findOne(Transfer, { organizationId: tokenContent.organizationId, id: tokenContent.transferId }),
  );

/** Like `findByToken`; also locks the transfer. */
export const lockByToken = async (em: EntityManager, tokenContent: TokenContent): Promise<Transfer> =>
  requireMatchingTransfer(tokenContent, await lockTransfer(em, tokenContent));

/** Returns the transfer. Rejects a token without a transfer, and a link whose secret is wrong. */
function requireMatchingTransfer({ secret }: TokenContent, transfer: Transfer | null): Transfer {
  const isValid = transfer && (transfer.kind !== 'link' || secretMatches(secret, transfer.secretHash!));
  if (!isValid) throw inputError('TRANSFER_TOKEN_INVALID', '/token', 'does not match a transfer');
  return transfer;
}

/**
 * Rejects a person who is not a recipient. An offer by link is for everybody with the link, an offer by mail for the
 * owner of the address, and an offer to an organization for the people who may transfer its products.
 */
export async function assertRecipient(
  transfer: Transfer,
  { accountId, emailKey }: CallingPerson,
  access: AccessCache,
): Promise<void> {
  if (transfer.kind === 'email' && transfer.emailKey !== emailKey) throw new DomainError('TRANSFER_ADDRESS_OTHER');
  if (
    transfer.kind === 'organization' &&
    !(await mayTransferProducts(access, transfer.targetOrganizationId!, accountId))
  )
    throw new DomainError('TRANSFER_TARGET_OTHER');
}

/**
 * Finds and locks the offer of a product that is open or reserved by an acceptance. Ends an expired offer and returns
 * undefined. The caller must have locked the product.
 */
export async function findOfferOrExpire(
  { em, now, publish }: Pick<CommandContext, 'em' | 'now' | 'publish'>,
  organizationId: `org_${string}`,
  productId: `prd_${string}`,
): Promise<Transfer | undefined> {
  const transfer = await em.findOne(
    Transfer,
    { organizationId, productId, status: { $in: ['offered', 'accepting'] } },
    { lockMode: LockMode.PESSIMISTIC_WRITE, refresh: true },
  );
  if (!transfer?.hasExpired(now)) return transfer ?? undefined;
  await publish(transfer.expire());
  return undefined;
}
