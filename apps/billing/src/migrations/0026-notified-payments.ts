import { databaseRoles } from '@cordee/service/database/platform-tables';
import { openTables } from '@cordee/service/database/tenant-tables';
import { migration } from '@cordee/service/database/migration';

const { staff } = databaseRoles('billing');

/** Which payment to a customer a movement of the bank was. The account statement or the notification states it. */
export const billing0026 = migration(
  '0026_notified_payments',
  `
-- A debit executes a payment, a credit returns it, each at most once.
create table outgoing_payment_movement (
  payment_id uuid not null,
  direction text not null check (direction in ('credit', 'debit')),
  -- The amount in the bank file, and the part that the charges of the bank took from the money of the customer.
  amount bigint not null,
  charges bigint not null,
  -- The identity keys that the entry has in an account statement without details: as a movement, and as a total.
  movement_key uuid not null,
  total_key uuid not null,
  -- The bank's reference of the entry.
  reference text,
  -- The ledger booking; null until the account statement contains the movement.
  booking_id uuid,
  -- The booking of an account statement without details, of which this movement is the whole or a part.
  statement_booking_id uuid,
  primary key (payment_id, direction)
);
create index outgoing_payment_movement_open on outgoing_payment_movement (payment_id) where booking_id is null;
create index outgoing_payment_movement_statement on outgoing_payment_movement (statement_booking_id)
  where statement_booking_id is not null;
${openTables('billing', { outgoing_payment_movement: { reason: 'only the staff role has rights' } })}
grant select, insert, update (booking_id, statement_booking_id) on outgoing_payment_movement to ${staff};
`,
);
