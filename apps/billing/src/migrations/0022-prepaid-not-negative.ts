import { migration } from '@cordee/service/database/migration';

/** The database refuses ledger entries that spend more prepaid money than there is (PAY-4). */
export const billing0022 = migration(
  '0022_prepaid_not_negative',
  `
create function require_prepaid_balance() returns trigger language plpgsql as $$
begin
  if not exists (select from added where account = 'prepaid' and amount > 0) then
    return null;
  end if;
  -- The commands have locked the account. The lock holds the balance also for statements that have not.
  perform from prepaid_account
    where organization_id in (select organization_id from added where account = 'prepaid' and amount > 0)
    order by organization_id for update;
  -- A credit to prepaid is negative.
  if exists (
    select from (
      select distinct organization_id, currency from added where account = 'prepaid' and amount > 0
    ) spent
    where 0 < (
      select sum(amount) from ledger_entry entry
      where entry.organization_id = spent.organization_id and entry.account = 'prepaid'
        and entry.currency = spent.currency
    )
  ) then
    raise exception 'the prepaid balance is below zero' using errcode = 'check_violation';
  end if;
  return null;
end $$;
create trigger prepaid_not_negative after insert on ledger_entry referencing new table as added
  for each statement execute function require_prepaid_balance();
`,
);
