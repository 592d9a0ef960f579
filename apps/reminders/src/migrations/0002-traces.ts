import { migration } from '@cordee/service/database/migration';

export const reminders0002 = migration(
  '0002_traces',
  `
-- The W3C traceparent of the span that has stored the row. The span of the job that handles the row links to it.
alter table reminder add column traceparent text;
alter table message add column traceparent text;
`,
);
