import type { AccessCache } from '@cordee/access/access-cache';
import type { OrganizationAccess } from '@cordee/access/organization-access';
import type { offerTransfer } from '@cordee/contracts/products/transfer';
import type { Input, Output } from '@cordee/contracts/contract';
import { DomainError } from '@cordee/contracts/domain-error';
import { newId } from '@cordee/contracts/id';
import { inputError } from '@cordee/contracts/input-error';
import type { RpcClient } from '@cordee/messaging/rpc-client';
import type { CommandContext } from '@cordee/service/handler-decorators';
import { lockProduct } from '../products/lock-product.ts';
import { retainedUsers, managesProducts } from './retained-access.ts';
import { fetchRenewal } from './fetch-renewal.ts';
import { nextChargeOf } from './next-charge.ts';
import { emailKeyOf, findOpen } from './find-transfer.ts';
import { findTransferable } from './find-transferable.ts';
import { countMail } from './mail-limit.ts';
import { hashSecret, makeTransferToken, newSecret } from './transfer-token.ts';
import { Transfer, type Offered } from './transfer.entity.ts';
import { viewTransfer } from './view-transfer.ts';

type Wanted = Input<typeof offerTransfer>;

export interface OfferDependencies {
  rpc: RpcClient;
  access: AccessCache;
  /** Where links lead. */
  consoleUrl: string;
  /** Which decides what prices are valid. */
  today: string;
}

/** Offers a product. Others are asked before it is locked; that it owes nothing is asked again when it is accepted. */
export async function offer(
  context: CommandContext,
  wanted: Wanted,
  { rpc, access, consoleUrl, today }: OfferDependencies,
): Promise<Output<typeof offerTransfer>> {
  const { em, now, call, accountId, publish } = context;
  const { organizationId, productId, to } = wanted;
  await checkTarget(access, context, wanted);
  const [renewal, facts] = await Promise.all([
    fetchRenewal(rpc, call, organizationId, productId),
    access.forOrganization(organizationId),
  ]);

  const product = await lockProduct(em, organizationId, productId);
  const standing = await findOpen(context, organizationId, productId);
  if (standing && !isFor(standing, to)) throw new DomainError('TRANSFER_OPEN');
  if (standing && offererStillAuthorized(standing, facts))
    return { transfer: viewTransfer(standing, product.name, now), link: null };
  if (renewal && renewal.openPeriods > 0) throw new DomainError('WARRANTY_DEBT_OPEN');
  const leaving = await findTransferable(em, organizationId, productId);
  const due = renewal && (await nextChargeOf(em, product.type, renewal.terms, today));
  const shown: Offered = {
    offeredKeptPeopleCount: leaving ? retainedUsers(facts, leaving, now).length : 0,
    offeredPriceAmount: due?.price?.amount ?? null,
    offeredPriceCurrency: due?.price?.currency ?? null,
    offeredDueOn: due?.dueOn ?? null,
  };
  const secret = to.kind === 'link' ? newSecret() : undefined;
  if (standing) {
    await publish(standing.changeOfferer(accountId, secret ? hashSecret(secret) : null, shown));
    return {
      transfer: viewTransfer(standing, product.name, now),
      link: secret ? linkOf(consoleUrl, standing, secret) : null,
    };
  }
  const emailHash = to.kind === 'email' ? await countMail(em, now, organizationId, emailKeyOf(to.email)) : null;
  const transfer = em.create(Transfer, {
    organizationId,
    id: newId('trf', now),
    productId,
    kind: to.kind,
    ...(to.kind === 'email' ? { email: to.email, emailKey: emailKeyOf(to.email) } : {}),
    emailHash,
    locale: to.kind === 'email' ? to.locale : 'en',
    targetOrganizationId: to.kind === 'organization' ? to.organizationId : null,
    secretHash: secret ? hashSecret(secret) : null,
    status: 'offered',
    offeredBy: accountId,
    ...shown,
    expiresAt: Transfer.expiryOf(now),
    createdAt: now,
  });
  await publish(transfer.offered());
  return {
    transfer: viewTransfer(transfer, product.name, now),
    link: secret ? linkOf(consoleUrl, transfer, secret) : null,
  };
}

/** An offer is worth what the right of whoever made it is worth: where that is gone, whoever offers again stands behind it from now on. What is being accepted was worth it when it was accepted. */
const offererStillAuthorized = ({ status, offeredBy }: Transfer, facts: OrganizationAccess): boolean =>
  status !== 'offered' || facts.may(offeredBy, 'product:transfer');

const linkOf = (consoleUrl: string, { organizationId, id }: Transfer, secret: Buffer): string =>
  `${consoleUrl}/transfer?token=${makeTransferToken({ organizationId, transferId: id }, secret)}`;

async function checkTarget(
  access: AccessCache,
  { accountId, scopes }: CommandContext,
  { organizationId, to }: Wanted,
): Promise<void> {
  if (to.kind !== 'organization') return;
  const pointer = '/to/organizationId';
  if (to.organizationId === organizationId)
    throw inputError('TRANSFER_TARGET_SAME', pointer, 'has the product already');
  // A token is of one organization: with it nobody learns which others its person manages.
  if (scopes || !(await managesProducts(access, to.organizationId, accountId)))
    throw inputError('TRANSFER_TARGET_UNKNOWN', pointer, 'you manage no products there');
}

function isFor(transfer: Transfer, to: Wanted['to']): boolean {
  if (to.kind !== transfer.kind) return false;
  if (to.kind === 'email') return transfer.emailKey === emailKeyOf(to.email);
  return to.kind === 'link' || transfer.targetOrganizationId === to.organizationId;
}
