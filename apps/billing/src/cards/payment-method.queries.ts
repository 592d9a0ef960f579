import { listPaymentMethods } from '@cordee/contracts/billing/payment-method';
import type { Input, Output } from '@cordee/contracts/contract';
import { idSchema } from '@cordee/contracts/id';
import { Handles, type QueryContext } from '@cordee/service/handler-decorators';
import { cutPage, readCursor } from '@cordee/service/list-cursor';
import { Controller } from '@nestjs/common';
import * as z from 'zod';
import { PaymentMethod } from './payment-method.entity.ts';

const Cursor = z.tuple([z.int(), idSchema('mth')]);

@Controller()
export class PaymentMethodQueries {
  @Handles(listPaymentMethods)
  async listPaymentMethods(
    { organizationId, limit, cursor }: Input<typeof listPaymentMethods>,
    { em }: QueryContext,
  ): Promise<Output<typeof listPaymentMethods>> {
    const [position, id] = readCursor(Cursor, cursor) ?? [];
    const methods = await em.find(
      PaymentMethod,
      {
        organizationId,
        status: { $in: ['pending', 'usable', 'declined'] },
        ...(id !== undefined && { $or: [{ position: { $gt: position! } }, { position: position!, id: { $gt: id } }] }),
      },
      { orderBy: { position: 'asc', id: 'asc' }, limit: limit + 1 },
    );
    const { rows, nextCursor } = cutPage(methods, limit, (method) => [method.position, method.id]);
    return { data: rows.map((method) => method.view()), nextCursor };
  }
}
