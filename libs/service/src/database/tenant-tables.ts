import { databaseRoles } from './platform-tables.ts';

export interface TenantTable {
  name: string;
  /** The rights of the roles of the service, in addition to `select`. */
  may?: readonly ('insert' | 'update' | 'delete')[];
  /** The column with the account that may access its own rows in all organizations, for example its memberships. */
  accountColumn?: string;
}

/**
 * The SQL that protects customer tables with forced row-level security. The runtime role sees one organization at a
 * time; the roles of sweeps and staff see every organization. Each table has a column `organization_id uuid`, first in
 * its keys.
 */
export function protectTenantTables(service: string, tables: readonly TenantTable[]): string {
  const { runtime, sweep, staff } = databaseRoles(service);
  return tables
    .map(({ name, may = ['insert', 'update', 'delete'], accountColumn }) => {
      // `current_setting(…, true)` is null when the setting is missing.
      const ownRowsCondition = accountColumn
        ? ` or ${accountColumn} = nullif(current_setting('cordee.account_id', true), '')::uuid`
        : '';
      return `
alter table ${name} enable row level security;
alter table ${name} force row level security;
create policy by_organization on ${name} to ${runtime} using (
  organization_id = nullif(current_setting('cordee.organization_id', true), '')::uuid${ownRowsCondition}
);
create policy by_sweep on ${name} to ${sweep} using (true);
create policy by_staff on ${name} to ${staff} using (true);
grant select${may.map((right) => `, ${right}`).join('')} on ${name} to ${runtime}, ${sweep}, ${staff};
`;
    })
    .join('');
}

/**
 * The SQL of grants on tables without an organization (accounts, catalogue, bank files). Only the permissions of
 * operations protect these tables.
 */
export function openTables(
  service: string,
  tables: Readonly<Record<string, readonly ('select' | 'insert' | 'update' | 'delete')[]>>,
): string {
  const { runtime, sweep, staff } = databaseRoles(service);
  return Object.entries(tables)
    .map(([name, rights]) => `grant ${rights.join(', ')} on ${name} to ${runtime}, ${sweep}, ${staff};\n`)
    .join('');
}
