import { databaseRoles } from '@cordee/service/database/platform-tables';
import { openTables } from '@cordee/service/database/tenant-tables';
import { migration } from '@cordee/service/database/migration';

const { runtime } = databaseRoles('identity');
const ownAccount = `nullif(current_setting('cordee.account_id', true), '')::uuid`;

/** What people prove besides their password, and the organizations that ask for it (ORG-4). */
export const identity0002 = migration(
  '0002_second_factors',
  `
create table second_factor (
  account_id uuid primary key references account (id),
  sealed_secret bytea not null,
  started_at timestamptz(3) not null,
  confirmed_at timestamptz(3),
  last_step integer,
  recovery_codes text[] not null,
  wrong_codes integer not null,
  last_wrong_at timestamptz(3)
);
${openTables('identity', { second_factor: ['select', 'insert', 'update', 'delete'] })}
alter table organization add column is_second_factor_required boolean not null default false;
-- The organization asks for a second factor, and the person has none.
alter table member_status_history add column lacks_second_factor boolean not null default false;
create index member_status_history_account on member_status_history (account_id) where until is null;
-- Who sets up or removes a second factor changes how they stand in all their organizations, in one transaction.
create policy of_account on member_status_history to ${runtime} using (account_id = ${ownAccount});
-- It takes turns with whoever changes one of these: their rows can be locked by whoever belongs to them, and not be written.
create policy of_member_lock on organization for update to ${runtime}
  using (exists (select from member where member.organization_id = organization.organization_id and member.account_id = ${ownAccount})) with check (false);
`,
);
