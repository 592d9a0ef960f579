import { protectTenantTables } from '@cordee/service/database/tenant-tables';
import { migration } from '@cordee/service/database/migration';

export const reminders0001 = migration(
  '0001_reminders',
  `
-- Planned notices about a subject. The recipients are chosen when a notice is due (RMD-3).
create table reminder (
  organization_id uuid not null,
  id uuid not null,
  kind text not null,
  subject_id text not null,
  -- Distinguishes several plans about one subject, for example by the end of a period or the id of an event.
  occasion text not null,
  level text not null,
  -- The only recipient; without it, the kind determines the recipients.
  account_id uuid,
  payload jsonb not null,
  due_at timestamptz(3) not null,
  next_try_at timestamptz(3) not null,
  status text not null check (status in ('planned', 'prepared', 'dropped')),
  reason text,
  created_at timestamptz(3) not null,
  primary key (organization_id, id),
  unique (organization_id, kind, subject_id, occasion, level)
);
create index reminder_due on reminder (next_try_at) where status = 'planned';
create index reminder_subject on reminder (organization_id, subject_id) where status = 'planned';

-- One message to one recipient: at most one per level, channel and recipient (C-REM-04).
create table message (
  organization_id uuid not null,
  id uuid not null,
  reminder_id uuid not null,
  number text not null unique,
  kind text not null,
  subject_id text not null,
  level text not null,
  channel text not null check (channel in ('mail')),
  account_id uuid,
  address text not null,
  mail jsonb,
  document_fields jsonb not null,
  status text not null check (status in ('queued', 'sending', 'sent', 'dropped', 'failed')),
  reason text,
  attempts integer not null default 0,
  next_try_at timestamptz(3) not null,
  sent_at timestamptz(3),
  created_at timestamptz(3) not null,
  primary key (organization_id, id),
  unique (organization_id, reminder_id, channel, address)
);
create index message_due on message (next_try_at) where status in ('queued', 'sending');

-- Paid invoices. The statement that claims a message reads this table.
create table paid_invoice (
  organization_id uuid not null,
  document_id text not null,
  primary key (organization_id, document_id)
);
${protectTenantTables('reminders', [{ name: 'reminder' }, { name: 'message' }, { name: 'paid_invoice' }])}
`,
);
