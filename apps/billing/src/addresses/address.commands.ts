import { isDeepStrictEqual } from 'node:util';
import { addAddress, changeAddress, removeAddress } from '@cordee/contracts/billing/address';
import type { Input, Output } from '@cordee/contracts/contract';
import { DomainError } from '@cordee/contracts/domain-error';
import { assertVersion } from '@cordee/contracts/if-match';
import { newId, toUuid } from '@cordee/contracts/id';
import { insertRows } from '@cordee/service/database/insert-rows';
import { sendAhead } from '@cordee/service/database/orm';
import { Handles, type CommandContext } from '@cordee/service/handler-decorators';
import { Controller } from '@nestjs/common';
import { lockPrepaidAccountAndRead } from '../ledger/prepaid-account.ts';
import { Address } from './address.entity.ts';
import { parseVatNumber } from './vat-number.ts';

@Controller()
export class AddressCommands {
  @Handles(addAddress)
  async addAddress(input: Input<typeof addAddress>, { em, now }: CommandContext): Promise<Output<typeof addAddress>> {
    const { organizationId } = input;
    const vatNumber = input.vatNumber ? parseVatNumber(input.vatNumber) : null;
    // The lock serializes inserts: two concurrent first addresses must not both become the default.
    const addressCount = await lockPrepaidAccountAndRead(em, organizationId, now, () =>
      em.count(Address, { organizationId }),
    );
    const isDefault = input.isDefault || addressCount === 0;
    if (isDefault)
      sendAhead(
        em,
        `update address set is_default = false, version = version + 1 where organization_id = ? and is_default`,
        [toUuid(organizationId)],
      );
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
    return address.view();
  }

  @Handles(changeAddress)
  async changeAddress(
    { organizationId, addressId, isDefault, vatNumber, mailboxes, ifMatch, ...fields }: Input<typeof changeAddress>,
    { em, now }: CommandContext,
  ): Promise<Output<typeof changeAddress>> {
    const address = await lockPrepaidAccountAndRead(em, organizationId, now, () =>
      em.findOne(Address, { organizationId, id: addressId }, { refresh: true }),
    );
    if (!address) throw new DomainError('ADDRESS_NOT_FOUND');
    assertVersion(ifMatch, address.version);
    const addressBefore = address.view();
    if (isDefault && !address.isDefault) {
      sendAhead(
        em,
        `update address set is_default = false, version = version + 1 where organization_id = ? and is_default`,
        [toUuid(organizationId)],
      );
      address.isDefault = true;
    }
    if (vatNumber !== undefined) address.vatNumber = vatNumber ? parseVatNumber(vatNumber) : null;
    if (mailboxes) address.mailboxes = withoutDuplicates(mailboxes);
    // An omitted field is undefined and does not change.
    Object.assign(
      address,
      Object.fromEntries(Object.entries(withoutEmptyTexts(fields)).filter(([, value]) => value !== undefined)),
    );
    if (!isDeepStrictEqual(address.view(), addressBefore)) address.version += 1;
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
}

/** Returns the fields with null instead of empty texts, where a field can be null. */
const withoutEmptyTexts = <F extends OptionalTexts>(fields: F): F => ({
  ...fields,
  ...Object.fromEntries(OPTIONAL_TEXTS.filter((name) => fields[name] === '').map((name) => [name, null])),
});

/** Returns each mailbox once; case does not distinguish mailboxes. */
const withoutDuplicates = (mailboxes: readonly string[]): string[] => {
  const keys = mailboxes.map((mailbox) => mailbox.toLowerCase());
  return mailboxes.filter((_, index) => keys.indexOf(keys[index]!) === index);
};

const OPTIONAL_TEXTS = ['buildingNumber', 'buyerReference', 'purchaseOrder'] as const;
type OptionalTexts = Partial<Record<(typeof OPTIONAL_TEXTS)[number], string | null | undefined>>;
