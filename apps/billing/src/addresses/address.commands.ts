import { addAddress } from '@cordee/contracts/billing/address';
import type { Input, Output } from '@cordee/contracts/contract';
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
      sendAhead(em, `update address set is_default = false where organization_id = ? and is_default`, [
        toUuid(organizationId),
      ]);
    const address = em.create(
      Address,
      { ...input, id: newId('adr', now), vatNumber, isDefault, createdAt: now },
      { persist: false },
    );
    insertRows(em, [address]);
    return address.view();
  }
}
