import type { Input, Output } from '@cordee/contracts/contract';
import { getSecondFactor } from '@cordee/contracts/identity/second-factor';
import { Handles, type QueryContext } from '@cordee/service/handler-decorators';
import { Controller } from '@nestjs/common';
import { SecondFactor } from './second-factor.entity.ts';

@Controller()
export class SecondFactorQueries {
  @Handles(getSecondFactor)
  async getSecondFactor(
    _: Input<typeof getSecondFactor>,
    { em, accountId }: QueryContext,
  ): Promise<Output<typeof getSecondFactor>> {
    const factor = await em.findOne(SecondFactor, { accountId, confirmedAt: { $ne: null } });
    return {
      isSetUp: factor !== null,
      setUpAt: factor?.confirmedAt?.toISOString() ?? null,
      recoveryCodesLeft: factor?.recoveryCodes.length ?? 0,
    };
  }
}
