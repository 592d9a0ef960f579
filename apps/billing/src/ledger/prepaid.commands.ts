import { changePrepaidSettings } from '@cordee/contracts/billing/prepaid';
import type { Input, Output } from '@cordee/contracts/contract';
import { toUuid } from '@cordee/contracts/id';
import { assertVersion } from '@cordee/contracts/if-match';
import { sendAhead } from '@cordee/service/database/orm';
import { Handles, type CommandContext } from '@cordee/service/handler-decorators';
import { Controller, Inject } from '@nestjs/common';
import { payOldestInvoices } from '../payments/pay-from-prepaid.ts';
import { Seller } from '../seller/seller.ts';
import { lockPrepaidAccountAndRead } from './prepaid-account.ts';
import { readPrepaidBalances } from './prepaid-balance.ts';
import { readPrepaidSettings } from './prepaid-settings.ts';

@Controller()
export class PrepaidCommands {
  constructor(@Inject(Seller) private readonly seller: Seller) {}

  @Handles(changePrepaidSettings)
  async changePrepaidSettings(
    { organizationId, ifMatch, ...changes }: Input<typeof changePrepaidSettings>,
    { em, now, publish }: CommandContext,
  ): Promise<Output<typeof changePrepaidSettings>> {
    const settingsBefore = await lockPrepaidAccountAndRead(em, organizationId, now, () =>
      readPrepaidSettings(em, organizationId),
    );
    assertVersion(ifMatch, settingsBefore.version);
    const paysInvoices = changes.paysInvoices ?? settingsBefore.paysInvoices;
    const takesPartPayments = changes.takesPartPayments ?? settingsBefore.takesPartPayments;
    if (paysInvoices === settingsBefore.paysInvoices && takesPartPayments === settingsBefore.takesPartPayments)
      return settingsBefore;
    const settings = { paysInvoices, takesPartPayments, version: settingsBefore.version + 1 };
    sendAhead(
      em,
      `update prepaid_account set pays_invoices = ?, takes_part_payments = ?, settings_version = ?
       where organization_id = ?`,
      [settings.paysInvoices, settings.takesPartPayments, settings.version, toUuid(organizationId)],
    );
    if (!paysInvoices || settingsBefore.paysInvoices) return settings;
    // The command switches `paysInvoices` on, so prepaid pays the open invoices now.
    const balances = await readPrepaidBalances(em, organizationId);
    for (const currency of balances.keys())
      await payOldestInvoices({ em, now, publish, seller: this.seller }, organizationId, currency);
    return settings;
  }
}
