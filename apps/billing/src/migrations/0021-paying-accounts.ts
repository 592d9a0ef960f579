import { CONTEXT_ORGANIZATION } from '@cordee/service/database/tenant-tables';
import { migration } from '@cordee/service/database/migration';

/**
 * The view lists the accounts from which an organization paid, also when staff has assigned the money. It does not list
 * the account of the seller, which is the payer of a returned payment.
 */
export const billing0021 = migration(
  '0021_paying_accounts',
  `
create index suspense_resolution_organization on suspense_resolution (organization_id)
  where organization_id is not null;
create or replace view paying_account with (security_barrier = true) as
  select organization_id, debtor_iban as iban, max(debtor_name) as name, max(value_on) as last_paid_on
  from (
    select organization_id, debtor_iban, debtor_name, value_on from bank_booking
    where organization_id = ${CONTEXT_ORGANIZATION} and status in ('paid', 'prepaid')
      and reason is distinct from 'reversed'
    union all
    select resolution.organization_id, debtor_iban, debtor_name, value_on
    from suspense_resolution resolution join bank_booking on bank_booking.id = resolution.booking_id
    where resolution.organization_id = ${CONTEXT_ORGANIZATION} and resolution.kind = 'assigned'
  ) payment
  where debtor_iban is not null
  group by organization_id, debtor_iban;
`,
);
