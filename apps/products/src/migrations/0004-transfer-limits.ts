import { migration } from '@cordee/service/database/migration';

/** Who accepts a transfer gets the people they were shown, and nobody is flooded with offers (PROD-5). */
export const products0004 = migration(
  '0004_transfer_limits',
  `
alter table transfer
  -- Of offers that were made before this was noted: whoever accepts is shown the number, and says it.
  add column offered_kept_people_count integer not null default 0 check (offered_kept_people_count >= 0),
  -- Null while it is accepted: it was before this was noted, and everybody who uses the product comes.
  add column kept_account_ids text[] check (kept_account_ids is null or status = 'accepting'),
  -- Of the address and the organization; forgotten a day after the mail.
  add column email_hash text;
alter table transfer alter column offered_kept_people_count drop default;
create index transfer_mailed on transfer (organization_id, email_hash, created_at) where email_hash is not null;
`,
);
