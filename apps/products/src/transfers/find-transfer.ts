import type { AccessCache } from '@cordee/access/access-cache';
import { getRecipient } from '@cordee/contracts/identity/account';
import { DomainError, replaceCodes } from '@cordee/contracts/domain-error';
import { inputError } from '@cordee/contracts/input-error';
import type { Call } from '@cordee/messaging/call';
import type { RpcClient } from '@cordee/messaging/rpc-client';
import type { CommandContext } from '@cordee/service/handler-decorators';
import { LockMode, type EntityManager } from '@mikro-orm/postgresql';
import { managesProducts } from './retained-access.ts';
import { isSecret, readTransferToken, type TransferKey, type TransferLink } from './transfer-token.ts';
import { Transfer } from './transfer.entity.ts';

/** Addresses are compared without case. */
export const emailKeyOf = (email: string): string => email.toLowerCase();

/** The caller who opens a link. `emailKey` is the address of the caller in lower case, to find offers by mail. */
export interface Recipient {
  accountId: `acc_${string}`;
  emailKey: string;
}

export async function fetchRecipient(rpc: RpcClient, call: Call, accountId: `acc_${string}`): Promise<Recipient> {
  const { email } = await rpc
    .call(getRecipient, { accountId }, { causedBy: call })
    .catch(replaceCodes({ ACCOUNT_NOT_FOUND: 'SIGN_IN_REQUIRED' }));
  return { accountId, emailKey: emailKeyOf(email) };
}

export function readLink(token: string): TransferLink {
  const link = readTransferToken(token);
  if (!link) throw inputError('TRANSFER_TOKEN_INVALID', '/token', 'is not a transfer token');
  return link;
}

export const lockTransfer = (
  em: EntityManager,
  { organizationId, transferId }: TransferKey,
): Promise<Transfer | null> =>
  em.findOne(Transfer, { organizationId, id: transferId }, { lockMode: LockMode.PESSIMISTIC_WRITE, refresh: true });

/**
 * Finds the transfer of a link. The transaction must have the tenant context of the organization in the link, or a
 * database role that sees the rows of every organization.
 */
export const findByLink = async (em: EntityManager, link: TransferLink): Promise<Transfer> =>
  assertSecretMatches(link, await em.findOne(Transfer, { organizationId: link.organizationId, id: link.transferId }));

export const lockByLink = async (em: EntityManager, link: TransferLink): Promise<Transfer> =>
  assertSecretMatches(link, await lockTransfer(em, link));

function assertSecretMatches({ secret }: TransferLink, transfer: Transfer | null): Transfer {
  const isValid = transfer && (transfer.kind !== 'link' || isSecret(secret, transfer.secretHash!));
  if (!isValid) throw inputError('TRANSFER_TOKEN_INVALID', '/token', 'does not match a transfer');
  return transfer;
}

/**
 * Rejects a caller who is not a recipient. An offer by link is for everybody with the link, an offer by mail for the
 * owner of the address, and an offer to an organization for the people who manage its products.
 */
export async function assertRecipient(
  transfer: Transfer,
  { accountId, emailKey }: Recipient,
  access: AccessCache,
): Promise<void> {
  if (transfer.kind === 'email' && transfer.emailKey !== emailKey) throw new DomainError('TRANSFER_ADDRESS_OTHER');
  if (transfer.kind === 'organization' && !(await managesProducts(access, transfer.targetOrganizationId!, accountId)))
    throw new DomainError('TRANSFER_TARGET_OTHER');
}

/**
 * Finds the offer of a product that is open or reserved by an acceptance. Ends an expired offer and returns undefined.
 * The caller must have locked the product.
 */
export async function findOpenOffer(
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
