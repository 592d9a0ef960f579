import { openTables } from '@cordee/service/database/tenant-tables';
import { databaseRoles } from '@cordee/service/database/platform-tables';
import { migration } from '@cordee/service/database/migration';

const { staff } = databaseRoles('billing');

/** Rules for own movements that staff maintain; the code of a booking, with which a new rule is compared. */
export const billing0013 = migration(
  '0013_bank_movement_rules',
  `
alter table bank_movement_rule
  drop constraint bank_movement_rule_pkey,
  add column id uuid not null default gen_random_uuid() primary key,
  add column version integer not null default 1,
  add column retired_at timestamptz(3);
alter table bank_movement_rule alter column id drop default;
create unique index bank_movement_rule_position on bank_movement_rule (position) where retired_at is null;

-- Every change of a rule with its author and reason. Rows are never edited.
create table bank_movement_rule_change (
  rule_id uuid not null references bank_movement_rule (id),
  version integer not null,
  kind text not null check (kind in ('added', 'changed', 'retired')),
  values jsonb not null,
  reason text not null,
  -- Null for the rules of the installation.
  changed_by uuid,
  changed_at timestamptz(3),
  primary key (rule_id, version)
);
insert into bank_movement_rule_change (rule_id, version, kind, values, reason)
  select id, 1, 'added',
         jsonb_build_object(
           'position', position, 'direction', direction, 'code', code, 'party', party, 'account', account
         ),
         'rule of the installation'
  from bank_movement_rule;
${openTables('billing', { bank_movement_rule_change: { reason: 'contains no data of customers' } })}
grant insert, update (position, direction, code, party, account, version, retired_at) on bank_movement_rule to ${staff};
grant select, insert on bank_movement_rule_change to ${staff};

alter table bank_booking
  -- The bank transaction code of the entry.
  add column code text,
  add column is_reversal boolean not null default false;
`,
);
