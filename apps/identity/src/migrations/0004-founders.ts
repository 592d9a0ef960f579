import { changeHiddenRows, createIndexConcurrently, migrationInSteps } from '@cordee/service/database/migration';

/** The account that founded an organization, for the limits of organizations per person. */
export const identity0004 = migrationInSteps('0004_founders', [
  'alter table organization add column if not exists founded_by uuid',
  // An organization is created together with its first member. Both have the same time.
  ...changeHiddenRows(
    ['organization', 'member'],
    `update organization set founded_by = member.account_id
     from member
     where member.organization_id = organization.organization_id and member.created_at = organization.created_at`,
  ),
  `alter table organization drop constraint if exists organization_founded_by_fkey,
   add constraint organization_founded_by_fkey foreign key (founded_by) references account (id) not valid`,
  'alter table organization validate constraint organization_founded_by_fkey',
  ...createIndexConcurrently('organization_founder', 'organization (founded_by) where founded_by is not null'),
]);
