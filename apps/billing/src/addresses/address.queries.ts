import { listAddresses } from '@cordee/contracts/billing/address';
import type { Input, Output } from '@cordee/contracts/contract';
import { idSchema } from '@cordee/contracts/id';
import { Handles, type QueryContext } from '@cordee/service/handler-decorators';
import { cutPage, readCursor } from '@cordee/service/list-cursor';
import { Controller } from '@nestjs/common';
import { Address } from './address.entity.ts';

@Controller()
export class AddressQueries {
  @Handles(listAddresses)
  async listAddresses(
    { organizationId, limit, cursor }: Input<typeof listAddresses>,
    { em }: QueryContext,
  ): Promise<Output<typeof listAddresses>> {
    const afterId = readCursor(idSchema('adr'), cursor);
    const addresses = await em.find(
      Address,
      { organizationId, ...(afterId ? { id: { $gt: afterId } } : {}) },
      { orderBy: { id: 'asc' }, limit: limit + 1 },
    );
    const { rows, nextCursor } = cutPage(addresses, limit, ({ id }) => id);
    return { data: rows.map((address) => address.view()), nextCursor };
  }
}
