import { isDeepStrictEqual } from 'node:util';
import { addAddress, changeAddress, removeAddress } from '@cordee/contracts/billing/address';
import type { Input, Output } from '@cordee/contracts/contract';
import { DomainError } from '@cordee/contracts/domain-error';
import { assertVersion } from '@cordee/contracts/if-match';
import { newId, toUuid } from '@cordee/contracts/id';
import { insertRows } from '@cordee/service/database/insert-rows';
import { sendAhead } from '@cordee/service/database/orm';
import {
  Handles,
  HandlesAfterPreparing,
  type CommandContext,
  type PreparedWork,
} from '@cordee/service/handler-decorators';
import { CONFIG } from '@cordee/service/service-host';
import type { EntityManager } from '@mikro-orm/postgresql';
import { Controller, Inject } from '@nestjs/common';
import type { BillingConfig } from '../config.ts';
import { lockPrepaidAccountAndRead } from '../ledger/prepaid-account.ts';
import { Address } from './address.entity.ts';
import { storeConsultation } from '../vat/number-checks.ts';
import { LimitedRegistry } from '../vat/registry/limited-registry.ts';
import {
  VAT_NUMBER_REGISTRY,
  type RegistryAnswer,
  type VatNumberRegistry,
} from '../vat/registry/vat-number-registry.ts';
import { parseVatNumber, registryOf } from './vat-number.ts';

/** The limit per organization. */
const MAX_ADDRESSES = 1_000;

@Controller()
export class AddressCommands {
  private readonly registry: LimitedRegistry;

  constructor(
    @Inject(VAT_NUMBER_REGISTRY) registry: VatNumberRegistry,
    @Inject(CONFIG) { VAT_REGISTRY_TIMEOUT_MS }: BillingConfig,
  ) {
    this.registry = new LimitedRegistry(registry, VAT_REGISTRY_TIMEOUT_MS);
  }

  @HandlesAfterPreparing(addAddress)
  async addAddress(input: Input<typeof addAddress>): Promise<PreparedWork<typeof addAddress>> {
    const vatNumber = parsedOrNull(input.vatNumber);
    const answer = await this.checkNumber(input.organizationId, vatNumber);
    return (context) => this.insertAddress(context, input, vatNumber, answer);
  }

  private async insertAddress(
    { em, now }: CommandContext,
    input: Input<typeof addAddress>,
    vatNumber: string | null,
    answer: RegistryAnswer | undefined,
  ): Promise<Output<typeof addAddress>> {
    const { organizationId } = input;
    // The lock serializes inserts: two concurrent first addresses must not both become the default.
    const addressCount = await lockPrepaidAccountAndRead(em, organizationId, now, () =>
      em.count(Address, { organizationId }),
    );
    if (addressCount >= MAX_ADDRESSES) throw new DomainError('ADDRESS_LIMIT', { detail: `at most ${MAX_ADDRESSES}` });
    const isDefault = input.isDefault || addressCount === 0;
    if (isDefault) clearDefault(em, organizationId);
    const address = em.create(
      Address,
      {
        ...withoutEmptyTexts(input),
        mailboxes: withoutDuplicates(input.mailboxes),
        id: newId('adr', now),
        vatNumber,
        isDefault,
        version: 1,
        createdAt: now,
      },
      { persist: false },
    );
    insertRows(em, [address]);
    storeAnswer({ em, now }, organizationId, vatNumber, answer);
    return address.view();
  }

  @HandlesAfterPreparing(changeAddress)
  async changeAddress(input: Input<typeof changeAddress>): Promise<PreparedWork<typeof changeAddress>> {
    // An omitted number does not change; an empty one is removed.
    const vatNumber = input.vatNumber === undefined ? undefined : parsedOrNull(input.vatNumber);
    const answer = await this.checkNumber(input.organizationId, vatNumber ?? null);
    return (context) => this.updateAddress(context, input, vatNumber, answer);
  }

  private async updateAddress(
    { em, now }: CommandContext,
    { organizationId, addressId, isDefault, vatNumber: _, mailboxes, ifMatch, ...fields }: Input<typeof changeAddress>,
    vatNumber: string | null | undefined,
    answer: RegistryAnswer | undefined,
  ): Promise<Output<typeof changeAddress>> {
    const address = await lockPrepaidAccountAndRead(em, organizationId, now, () =>
      em.findOne(Address, { organizationId, id: addressId }, { refresh: true }),
    );
    if (!address) throw new DomainError('ADDRESS_NOT_FOUND');
    assertVersion(ifMatch, address.version);
    const addressBefore = address.view();
    if (isDefault && !address.isDefault) {
      clearDefault(em, organizationId);
      address.isDefault = true;
    }
    if (vatNumber !== undefined) address.vatNumber = vatNumber;
    if (mailboxes) address.mailboxes = withoutDuplicates(mailboxes);
    const hasMoved =
      (fields.country ?? address.country) !== address.country ||
      (fields.postalCode ?? address.postalCode) !== address.postalCode;
    if (hasMoved) address.isPlaceConfirmed = false;
    // An omitted field is undefined and does not change.
    Object.assign(
      address,
      Object.fromEntries(Object.entries(withoutEmptyTexts(fields)).filter(([, value]) => value !== undefined)),
    );
    if (!isDeepStrictEqual(address.view(), addressBefore)) address.version += 1;
    storeAnswer({ em, now }, organizationId, vatNumber ?? null, answer);
    return address.view();
  }

  @Handles(removeAddress)
  async removeAddress(
    { organizationId, addressId, ifMatch }: Input<typeof removeAddress>,
    { em, now }: CommandContext,
  ): Promise<Output<typeof removeAddress>> {
    const [address, addressCount] = await lockPrepaidAccountAndRead(em, organizationId, now, () =>
      Promise.all([
        em.findOne(Address, { organizationId, id: addressId }, { refresh: true }),
        em.count(Address, { organizationId }),
      ]),
    );
    if (!address) throw new DomainError('ADDRESS_NOT_FOUND');
    assertVersion(ifMatch, address.version);
    if (address.isDefault && addressCount > 1) throw new DomainError('ADDRESS_IS_DEFAULT');
    em.remove(address);
    return {};
  }

  /** Asks the registry about a new number, before the transaction. Undefined when the registry gives no answer. */
  private async checkNumber(
    organizationId: `org_${string}`,
    vatNumber: string | null,
  ): Promise<RegistryAnswer | undefined> {
    if (!vatNumber || !registryOf(vatNumber)) return undefined;
    return this.registry.ask(organizationId, vatNumber);
  }
}

const OPTIONAL_TEXTS = ['buildingNumber', 'buyerReference', 'purchaseOrder'] as const;
type OptionalTexts = Partial<Record<(typeof OPTIONAL_TEXTS)[number], string | null | undefined>>;

function clearDefault(em: EntityManager, organizationId: `org_${string}`): void {
  sendAhead(
    em,
    `update address set is_default = false, version = version + 1 where organization_id = ? and is_default`,
    [toUuid(organizationId)],
  );
}

const parsedOrNull = (vatNumber: string | null): string | null => (vatNumber ? parseVatNumber(vatNumber) : null);

/** Stores the answer about a number; without an answer, a job asks again. */
function storeAnswer(
  { em, now }: Pick<CommandContext, 'em' | 'now'>,
  organizationId: `org_${string}`,
  vatNumber: string | null,
  answer: RegistryAnswer | undefined,
): void {
  if (vatNumber && registryOf(vatNumber))
    storeConsultation(em, now, { organizationId, vatNumber, answer, failureCount: 0 });
}

/** Returns the fields with null instead of empty texts, where a field can be null. */
const withoutEmptyTexts = <F extends OptionalTexts>(fields: F): F => ({
  ...fields,
  ...Object.fromEntries(OPTIONAL_TEXTS.filter((name) => fields[name] === '').map((name) => [name, null])),
});

/** Returns each mailbox once. Mailboxes that differ only in case are the same. */
const withoutDuplicates = (mailboxes: readonly string[]): string[] => {
  const keys = mailboxes.map((mailbox) => mailbox.toLowerCase());
  return mailboxes.filter((_, index) => keys.indexOf(keys[index]!) === index);
};
