import { addAddress } from '@cordee/contracts/billing/address';
import type { Input, Output } from '@cordee/contracts/contract';
import { newId, toUuid } from '@cordee/contracts/id';
import { Handles, type CommandContext } from '@cordee/service/handler-decorators';
import { Controller } from '@nestjs/common';
import { lockPrepaidAccount } from '../ledger/prepaid-account.ts';
import { Address } from './address.entity.ts';
import { parseVatNumber } from './vat-number.ts';

@Controller()
export class AddressCommands {
  @Handles(addAddress)
  async addAddress(input: Input<typeof addAddress>, { em, now }: CommandContext): Promise<Output<typeof addAddress>> {
    const { organizationId } = input;
    const vatNumber = input.vatNumber ? parseVatNumber(input.vatNumber) : null;
    // The lock serializes inserts: two concurrent first addresses must not both become the default.
    await lockPrepaidAccount(em, organizationId, now);
    const isDefault = input.isDefault || (await em.count(Address, { organizationId })) === 0;
    if (isDefault)
      await em.execute(`update address set is_default = false where organization_id = ? and is_default`, [
        toUuid(organizationId),
      ]);
    return em.create(Address, { ...input, id: newId('adr', now), vatNumber, isDefault, createdAt: now }).view();
  }
}
