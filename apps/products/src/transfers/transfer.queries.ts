import { localDateIn } from '@cordee/calendar/local-date';
import { AccessCache } from '@cordee/access/access-cache';
import { getRecipient } from '@cordee/contracts/identity/account';
import { describeOrganization, listMyOrganizations } from '@cordee/contracts/identity/organization';
import {
  getTransferMail,
  getTransferOutcome,
  listTransfers,
  previewTransfer,
} from '@cordee/contracts/products/transfer';
import { describeTransfer, listMyTransfers } from '@cordee/contracts/products/transfer-offer';
import type { Answer, Input, Output } from '@cordee/contracts/contract';
import { DomainError, replaceCodes } from '@cordee/contracts/domain-error';
import { idSchema } from '@cordee/contracts/id';
import { permissionRule } from '@cordee/contracts/permissions';
import { RpcClient } from '@cordee/messaging/rpc-client';
import { setTenantContext } from '@cordee/service/database/tenant-context';
import { Handles, type QueryContext } from '@cordee/service/handler-decorators';
import { cutPage, readCursor } from '@cordee/service/list-cursor';
import { CONFIG } from '@cordee/service/service-host';
import { Controller, Inject } from '@nestjs/common';
import type { ProductsConfig } from '../config.ts';
import { endingGrants } from './ending-grants.ts';
import { retainedUsers } from './retained-users.ts';
import { acrossOrganizations } from './across-organizations.ts';
import { fetchRenewal } from './fetch-renewal.ts';
import { findByToken, assertRecipient, requireTokenContent, fetchCallingPerson } from './find-transfer.ts';
import { findOfferedProduct, nextChargeOf } from './find-offered-product.ts';
import { findOwnedProduct } from './find-owned-product.ts';
import { selectProductNames } from './select-product-names.ts';
import { selectReceivedOffers } from './select-received-offers.ts';
import { makeTransferToken } from './transfer-token.ts';
import { Transfer } from './transfer.entity.ts';
import { viewTransfer } from './view-transfer.ts';
import { hasWarrantyDebt } from './warranty-debt.ts';

const MAX_PAGE_SIZE = 200;
const MAX_GRANTS = 500;

@Controller()
export class TransferQueries {
  constructor(
    @Inject(RpcClient) private readonly rpc: RpcClient,
    @Inject(AccessCache) private readonly access: AccessCache,
    @Inject(CONFIG) private readonly config: ProductsConfig,
  ) {}

  @Handles(previewTransfer)
  async previewTransfer(
    { organizationId, productId }: Input<typeof previewTransfer>,
    { em, call, now }: QueryContext,
  ): Promise<Output<typeof previewTransfer>> {
    const product = await findOwnedProduct(em, organizationId, productId);
    if (!product) throw new DomainError('PRODUCT_NOT_FOUND');
    const [organizationAccess, renewal] = await Promise.all([
      this.access.forOrganization(organizationId),
      fetchRenewal(this.rpc, call, organizationId, productId),
    ]);
    const grants = endingGrants(organizationAccess, product, now);
    return {
      productId,
      grantCount: grants.length,
      grants: grants.slice(0, MAX_GRANTS),
      documentsStay: true,
      // Automatic renewal always has a source of payment, at least the prepaid account, so both are listed.
      detached: [
        ...(renewal?.isAutomatic ? (['automatic_renewal', 'method'] as const) : []),
        'billing_address',
        ...(renewal?.isWarranted ? (['renewal_warranty'] as const) : []),
      ],
      retainedUserCount: retainedUsers(organizationAccess, product, now).length,
      refusal: hasWarrantyDebt(renewal) ? 'WARRANTY_DEBT_OPEN' : null,
    };
  }

  @Handles(describeTransfer)
  async describeTransfer(
    { token }: Input<typeof describeTransfer>,
    { em, call, now, accountId }: QueryContext,
  ): Promise<Output<typeof describeTransfer>> {
    const tokenContent = requireTokenContent(token);
    const { organizationId } = tokenContent;
    const callingPerson = await fetchCallingPerson(this.rpc, call, accountId);
    setTenantContext(em, { organizationId });
    const [transfer, product] = await Promise.all([
      findByToken(em, tokenContent),
      findOfferedProduct(em, tokenContent, localDateIn(this.config.SELLER_ZONE, now)),
    ]);
    transfer.assertOpen(now);
    await assertRecipient(transfer, callingPerson, this.access);
    if (!product) throw new DomainError('TRANSFER_NOT_OPEN');
    const [organizationAccess, renewal, offeringOrganization] = await Promise.all([
      this.access.forOrganization(organizationId),
      fetchRenewal(this.rpc, call, organizationId, transfer.productId),
      this.rpc.call(describeOrganization, { organizationId }, { causedBy: call }),
    ]);
    const terms = renewal?.terms;
    const nextCharge = terms && nextChargeOf(product, terms);
    return {
      transferId: transfer.id,
      status: transfer.status,
      type: product.type,
      name: product.name,
      fromOrganizationName: offeringOrganization.name,
      expiresAt: transfer.expiresAt.toISOString(),
      interval: terms?.interval ?? null,
      price: nextCharge?.price ?? null,
      dueOn: nextCharge?.dueOn ?? null,
      isOverdue: terms?.hasExpired ?? false,
      retainedUserCount: retainedUsers(organizationAccess, product, now).length,
      isBlocked: organizationAccess.products.product(transfer.productId)?.isBlocked ?? false,
      notCarriedOver: ['grants', 'automatic_renewal', 'method', 'billing_address', 'renewal_warranty', 'documents'],
    };
  }

  @Handles(listTransfers)
  async listTransfers(
    { organizationId, limit, cursor }: Input<typeof listTransfers>,
    { em, now }: QueryContext,
  ): Promise<Output<typeof listTransfers>> {
    const beforeId = readCursor(idSchema('trf'), cursor);
    const [transfers, productNames] = await Promise.all([
      em.find(
        Transfer,
        { organizationId, ...(beforeId ? { id: { $lt: beforeId } } : {}) },
        { orderBy: { id: 'desc' }, limit: limit + 1 },
      ),
      selectProductNames(em, organizationId),
    ]);
    const { rows, nextCursor } = cutPage(transfers, limit, ({ id }) => id);
    return {
      nextCursor,
      data: rows.flatMap((transfer) => {
        const productName = productNames.get(transfer.productId);
        // The product of an offer that was made between the two statements has no name here.
        return productName === undefined ? [] : viewTransfer(transfer, productName, now);
      }),
    };
  }

  @Handles(listMyTransfers)
  async listMyTransfers(
    { limit, cursor }: Input<typeof listMyTransfers>,
    { em, call, now, accountId }: QueryContext,
  ): Promise<Output<typeof listMyTransfers>> {
    const beforeId = readCursor(idSchema('trf'), cursor);
    const [callingPerson, managedIds] = await Promise.all([
      fetchCallingPerson(this.rpc, call, accountId),
      this.listManagedOrganizationIds(call),
    ]);
    const offers = await acrossOrganizations(em, () =>
      selectReceivedOffers(em, now, callingPerson.emailKey, managedIds, { beforeId, limit: limit + 1 }),
    );
    const { rows, nextCursor } = cutPage(offers, limit, ({ transferId }) => transferId);
    return { data: rows, nextCursor };
  }

  /** Returns TRANSFER_NOT_FOUND when the offer has ended, or when the offer was not made by mail. */
  @Handles(getTransferMail)
  async getTransferMail(
    { organizationId, transferId }: Input<typeof getTransferMail>,
    { em, call, now }: QueryContext,
  ): Promise<Output<typeof getTransferMail>> {
    const [transfer, productNames] = await Promise.all([
      em.findOne(Transfer, { organizationId, id: transferId }),
      selectProductNames(em, organizationId, transferId),
    ]);
    const productName = transfer ? productNames.get(transfer.productId) : undefined;
    if (!transfer?.email || !transfer.isPending(now) || productName === undefined)
      throw new DomainError('TRANSFER_NOT_FOUND');
    const [organization, offerer] = await Promise.all([
      this.rpc.call(describeOrganization, { organizationId }, { causedBy: call }),
      this.rpc
        .call(getRecipient, { accountId: transfer.offeredBy }, { causedBy: call })
        .catch(replaceCodes({ ACCOUNT_NOT_FOUND: 'TRANSFER_NOT_FOUND' })),
    ]);
    return {
      email: transfer.email,
      locale: transfer.locale,
      organizationName: organization.name,
      offererEmail: offerer.email,
      productName,
      token: makeTransferToken({ organizationId, transferId }),
      expiresAt: transfer.expiresAt.toISOString(),
    };
  }

  @Handles(getTransferOutcome)
  async getTransferOutcome(
    { organizationId, transferId }: Input<typeof getTransferOutcome>,
    { em, now }: QueryContext,
  ): Promise<Output<typeof getTransferOutcome>> {
    const [transfer, productNames] = await Promise.all([
      em.findOne(Transfer, { organizationId, id: transferId }),
      selectProductNames(em, organizationId, transferId),
    ]);
    const productName = transfer ? productNames.get(transfer.productId) : undefined;
    if (!transfer || productName === undefined) throw new DomainError('TRANSFER_NOT_FOUND');
    const { status, toOrganizationId, expiresAt } = viewTransfer(transfer, productName, now);
    return { offeredBy: transfer.offeredBy, productName, status, toOrganizationId, expiresAt };
  }

  /** Lists organizations in which the caller manages products and does not lack a required second factor. */
  private async listManagedOrganizationIds(call: QueryContext['call']): Promise<`org_${string}`[]> {
    const memberships: Answer<typeof listMyOrganizations>['data'] = [];
    let cursor: string | null | undefined;
    do {
      const input = { limit: MAX_PAGE_SIZE, ...(cursor ? { cursor } : {}) };
      const page = await this.rpc.call(listMyOrganizations, input, { causedBy: call });
      memberships.push(...page.data);
      cursor = page.nextCursor;
    } while (cursor);
    return memberships
      .filter(
        ({ role, lacksSecondFactor }) => !lacksSecondFactor && permissionRule('product:transfer').roles.includes(role),
      )
      .map(({ organization }) => organization.id);
  }
}
