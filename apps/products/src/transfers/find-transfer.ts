import type { AccessCache } from '@cordee/access/access-cache';
import { getRecipient } from '@cordee/contracts/identity/account';
import { DomainError } from '@cordee/contracts/domain-error';
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

/** Who follows a link, and what decides whether it is theirs. */
export interface Receiver {
  accountId: `acc_${string}`;
  emailKey: string;
}

export async function receiverOf(rpc: RpcClient, call: Call, accountId: `acc_${string}`): Promise<Receiver> {
  const { email } = await rpc.call(getRecipient, { accountId }, { for: call });
  return { accountId, emailKey: emailKeyOf(email) };
}

export function readLink(token: string): TransferLink {
  const link = readTransferToken(token);
  if (!link) throw inputError('TRANSFER_TOKEN_INVALID', '/token', 'is not one of ours');
  return link;
}

/** Locked, to be changed. */
export const lockTransfer = (
  em: EntityManager,
  { organizationId, transferId }: TransferKey,
): Promise<Transfer | null> =>
  em.findOne(Transfer, { organizationId, id: transferId }, { lockMode: LockMode.PESSIMISTIC_WRITE, refresh: true });

/** The transfer of a link. The scope must be that of the organization in the link, or of all. */
export const findLinked = async (em: EntityManager, link: TransferLink): Promise<Transfer> =>
  assertSecret(link, await em.findOne(Transfer, { organizationId: link.organizationId, id: link.transferId }));

/** As `findLinked`, locked. */
export const lockLinked = async (em: EntityManager, link: TransferLink): Promise<Transfer> =>
  assertSecret(link, await lockTransfer(em, link));

function assertSecret({ secret }: TransferLink, transfer: Transfer | null): Transfer {
  const isRight = transfer && (transfer.kind !== 'link' || isSecret(secret, transfer.secretHash!));
  if (!isRight) throw inputError('TRANSFER_TOKEN_INVALID', '/token', 'leads to no transfer');
  return transfer;
}

/** Refuses whoever the offer is not for: a link is for whoever has it, a mail for the owner of its address, the rest for who manages products there. */
export async function assertRecipient(
  transfer: Transfer,
  { accountId, emailKey }: Receiver,
  access: AccessCache,
): Promise<void> {
  if (transfer.kind === 'email' && transfer.emailKey !== emailKey) throw new DomainError('TRANSFER_ADDRESS_OTHER');
  if (transfer.kind === 'organization' && !(await managesProducts(access, transfer.targetOrganizationId!, accountId)))
    throw new DomainError('TRANSFER_TARGET_OTHER');
}

/** The open offer of a product, if any; one whose time is over is ended on the way. The product must be locked. */
export async function findOpen(
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
