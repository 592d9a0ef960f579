import { databaseRoles } from './platform-tables.ts';

export interface TenantTable {
  name: string;
  /** What the runtime role may do besides reading. */
  may?: readonly ('insert' | 'update' | 'delete')[];
  /** A second way in: the column that names the account whose own rows these are (a person's memberships, across organizations). */
  ownColumn?: string;
}

/**
 * Row-level security for tables that belong to a customer: forced, one organization at a time, with named roles for sweeps and staff.
 * Every such table has a column `organization_id uuid` that its keys start with.
 */
export function protectTenantTables(service: string, tables: readonly TenantTable[]): string {
  const { runtime, sweep, staff } = databaseRoles(service);
  return tables
    .map(({ name, may = ['insert', 'update', 'delete'], ownColumn }) => {
      const own = ownColumn ? ` or ${ownColumn} = nullif(current_setting('cordee.account_id', true), '')::uuid` : '';
      return `
alter table ${name} enable row level security;
alter table ${name} force row level security;
create policy by_organization on ${name} to ${runtime} using (organization_id = nullif(current_setting('cordee.organization_id', true), '')::uuid${own});
create policy by_sweep on ${name} to ${sweep} using (true);
create policy by_staff on ${name} to ${staff} using (true);
grant select${may.map((right) => `, ${right}`).join('')} on ${name} to ${runtime}, ${sweep}, ${staff};
`;
    })
    .join('');
}

/** Rights on tables that belong to no customer (accounts, catalogue, bank files): the doors that reach them are what guards them. */
export function openTables(
  service: string,
  tables: Readonly<Record<string, readonly ('select' | 'insert' | 'update' | 'delete')[]>>,
): string {
  const { runtime, sweep, staff } = databaseRoles(service);
  return Object.entries(tables)
    .map(([name, rights]) => `grant ${rights.join(', ')} on ${name} to ${runtime}, ${sweep}, ${staff};\n`)
    .join('');
}
