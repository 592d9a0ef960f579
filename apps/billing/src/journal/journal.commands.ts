import { setJournalAccount } from '@cordee/contracts/billing/journal';
import type { Input, Output } from '@cordee/contracts/contract';
import { Handles, type CommandContext } from '@cordee/service/handler-decorators';
import { Controller } from '@nestjs/common';

/** Staff maintain the accounts of the journal. */
@Controller()
export class JournalCommands {
  @Handles(setJournalAccount)
  async setJournalAccount(
    { account, currency, accountNumber, name }: Input<typeof setJournalAccount>,
    { em }: CommandContext,
  ): Promise<Output<typeof setJournalAccount>> {
    await em.execute(
      `insert into journal_account (account, currency, number, name) values (?, ?, ?, ?)
       on conflict (account, currency) do update set number = excluded.number, name = excluded.name`,
      [account, currency, accountNumber, name],
    );
    return { account, currency, accountNumber, name };
  }
}
