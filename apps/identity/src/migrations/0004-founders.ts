import { migration } from '@cordee/service/database/migration';

/** The account that founded an organization, for the limits of organizations per person. */
export const identity0004 = migration(
  '0004_founders',
  `
alter table organization add column founded_by uuid references account (id);
-- An organization is created together with its first member. Both have the same time.
update organization set founded_by = member.account_id
from member
where member.organization_id = organization.organization_id and member.created_at = organization.created_at;
create index organization_founder on organization (founded_by) where founded_by is not null;
`,
);
