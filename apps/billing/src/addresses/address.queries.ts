import { listAddresses } from '@cordee/contracts/billing/address';
import type { Input, Output } from '@cordee/contracts/contract';
import { Handles, type QueryContext } from '@cordee/service/handler-decorators';
import { Controller } from '@nestjs/common';
import { Address } from './address.entity.ts';

@Controller()
export class AddressQueries {
  @Handles(listAddresses)
  async listAddresses(
    { organizationId }: Input<typeof listAddresses>,
    { em }: QueryContext,
  ): Promise<Output<typeof listAddresses>> {
    const addresses = await em.find(Address, { organizationId }, { orderBy: { id: 'asc' } });
    return { data: addresses.map((address) => address.view()) };
  }
}
