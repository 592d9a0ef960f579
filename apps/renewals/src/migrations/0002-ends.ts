import { migration } from '@cordee/service/database/migration';

/** The last day of products that a credit note ends. */
export const renewals0002 = migration('0002_ends', `alter table renewal add column ends_on date;`);
