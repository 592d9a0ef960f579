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
import { assertNoWarrantyDebt } from './warranty-debt.ts';
import { mayTransferProducts } from './may-transfer-products.ts';
import { retainedUsers } from './retained-users.ts';
import { fetchRenewal } from './fetch-renewal.ts';
import { selectNextCharge } from './next-charge.ts';
import { emailKeyOf, findOfferOrExpire } from './find-transfer.ts';
import { findOwnedProduct } from './find-owned-product.ts';
import { countOfferMail } from './count-offer-mail.ts';
import { hashSecret, makeTransferToken, newSecret } from './transfer-token.ts';
import { Transfer, type OfferedTerms } from './transfer.entity.ts';
import { viewTransfer } from './view-transfer.ts';

type OfferInput = Input<typeof offerTransfer>;

export interface OfferDependencies {
  rpc: RpcClient;
  access: AccessCache;
  /** Base URL of the links to offers. */
  consoleUrl: string;
  /** Today in the time zone of the seller, to select the valid price. */
  today: string;
  mailsPerNetwork: number;
}

/** Offers a product. Calls other services before it locks the product; the acceptance checks debts again. */
export async function createOffer(
  context: CommandContext,
  input: OfferInput,
  { rpc, access, consoleUrl, today, mailsPerNetwork }: OfferDependencies,
): Promise<Output<typeof offerTransfer>> {
  const { em, now, call, accountId, publish } = context;
  const { organizationId, productId, to: target } = input;
  await assertTarget(access, context, input);
  const [renewal, organizationAccess] = await Promise.all([
    fetchRenewal(rpc, call, organizationId, productId),
    access.forOrganization(organizationId),
  ]);

  const [product, existing, ownedProduct] = await Promise.all([
    lockProduct(em, organizationId, productId),
    findOfferOrExpire(context, organizationId, productId),
    findOwnedProduct(em, organizationId, productId),
  ]);
  if (existing && !isSameTarget(existing, target)) throw new DomainError('TRANSFER_OPEN');
  // A repeated offer cannot show the link again, because only the hash of its secret is stored.
  if (existing && isOffererAuthorized(existing, organizationAccess))
    return { transfer: viewTransfer(existing, product.name, now), link: null };
  assertNoWarrantyDebt(renewal);
  const nextCharge = renewal && (await selectNextCharge(em, product.type, renewal.terms, today));
  const terms: OfferedTerms = {
    offeredRetainedUserCount: ownedProduct ? retainedUsers(organizationAccess, ownedProduct, now).length : 0,
    offeredPriceAmount: nextCharge?.price?.amount ?? null,
    offeredPriceCurrency: nextCharge?.price?.currency ?? null,
    offeredDueOn: nextCharge?.dueOn ?? null,
  };
  const secret = target.kind === 'link' ? newSecret() : undefined;
  if (existing) {
    await publish(existing.changeOfferer(accountId, secret ? hashSecret(secret) : null, terms));
    return {
      transfer: viewTransfer(existing, product.name, now),
      link: secret ? linkOf(consoleUrl, existing, secret) : null,
    };
  }
  if (target.kind === 'email')
    await countOfferMail(context, { organizationId, emailKey: emailKeyOf(target.email) }, mailsPerNetwork);
  const transfer = em.create(Transfer, {
    organizationId,
    id: newId('trf', now),
    productId,
    kind: target.kind,
    ...(target.kind === 'email' ? { email: target.email, emailKey: emailKeyOf(target.email) } : {}),
    locale: target.kind === 'email' ? target.locale : 'en',
    targetOrganizationId: target.kind === 'organization' ? target.organizationId : null,
    secretHash: secret ? hashSecret(secret) : null,
    status: 'offered',
    offeredBy: accountId,
    ...terms,
    expiresAt: Transfer.expiryOf(now),
    createdAt: now,
  });
  await publish(transfer.offered());
  return {
    transfer: viewTransfer(transfer, product.name, now),
    link: secret ? linkOf(consoleUrl, transfer, secret) : null,
  };
}

/**
 * An offer is valid while its offerer has the permission to transfer. When the offerer has lost the permission, the
 * next person who makes the same offer becomes the offerer. A reserved transfer is not checked again, because the
 * acceptance has checked the offerer.
 */
const isOffererAuthorized = ({ status, offeredBy }: Transfer, organizationAccess: OrganizationAccess): boolean =>
  status !== 'offered' || organizationAccess.may(offeredBy, 'product:transfer');

const linkOf = (consoleUrl: string, { organizationId, id }: Transfer, secret: Buffer): string =>
  `${consoleUrl}/transfer?token=${makeTransferToken({ organizationId, transferId: id }, secret)}`;

async function assertTarget(
  access: AccessCache,
  { accountId, scopes }: CommandContext,
  { organizationId, to: target }: OfferInput,
): Promise<void> {
  if (target.kind !== 'organization') return;
  const pointer = '/to/organizationId';
  if (target.organizationId === organizationId)
    throw inputError('TRANSFER_TARGET_SAME', pointer, 'owns the product already');
  // An API token acts in one organization. It must not reveal the other organizations of the person.
  if (scopes || !(await mayTransferProducts(access, target.organizationId, accountId)))
    throw inputError('TRANSFER_TARGET_UNKNOWN', pointer, 'is not an organization whose products you manage');
}

function isSameTarget(transfer: Transfer, target: OfferInput['to']): boolean {
  if (target.kind !== transfer.kind) return false;
  if (target.kind === 'email') return transfer.emailKey === emailKeyOf(target.email);
  return target.kind === 'link' || transfer.targetOrganizationId === target.organizationId;
}
