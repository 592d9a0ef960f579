import { getOrder } from '@cordee/contracts/billing/order';
import type { Input, Output } from '@cordee/contracts/contract';
import { Handles, type QueryContext } from '@cordee/service/handler-decorators';
import { Controller } from '@nestjs/common';
import { findOrder } from './find-order.ts';

@Controller()
export class OrderQueries {
  @Handles(getOrder)
  async getOrder(input: Input<typeof getOrder>, { em }: QueryContext): Promise<Output<typeof getOrder>> {
    return (await findOrder(em, input)).view();
  }
}
