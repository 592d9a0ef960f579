import { correctVat } from '@cordee/contracts/billing/vat-correction';
import { setOfficialRate } from '@cordee/contracts/billing/vat-report';
import type { Input, Output } from '@cordee/contracts/contract';
import { DomainError } from '@cordee/contracts/domain-error';
import { toUuid } from '@cordee/contracts/id';
import { Handles, type CommandContext } from '@cordee/service/handler-decorators';
import { Controller, Inject } from '@nestjs/common';
import { Seller } from '../seller/seller.ts';
import { correctVat as correct } from './correct-vat.ts';

@Controller()
export class VatCommands {
  constructor(@Inject(Seller) private readonly seller: Seller) {}

  @Handles(correctVat)
  correctVat(input: Input<typeof correctVat>, context: CommandContext): Promise<Output<typeof correctVat>> {
    return correct({ ...context, seller: this.seller }, input);
  }

  @Handles(setOfficialRate)
  async setOfficialRate(
    { authority, period, currency, rate }: Input<typeof setOfficialRate>,
    { em, now, accountId }: CommandContext,
  ): Promise<Output<typeof setOfficialRate>> {
    if (period.includes('Q') !== (authority === 'ecb')) throw new DomainError('OFFICIAL_RATE_PERIOD_INVALID');
    await em.execute(
      `insert into official_rate (authority, period, currency, rate, set_by, set_at) values (?, ?, ?, ?, ?, ?)
       on conflict (authority, period, currency)
         do update set rate = excluded.rate, set_by = excluded.set_by, set_at = excluded.set_at`,
      [authority, period, currency, rate, toUuid(accountId), now],
    );
    return { authority, period, currency, rate, setAt: now.toISOString() };
  }
}
