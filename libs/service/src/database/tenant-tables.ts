import { databaseRoles } from './platform-tables.ts';

type WriteRight = 'insert' | 'update' | 'delete';

const ALL_WRITES: readonly WriteRight[] = ['insert', 'update', 'delete'];

// `current_setting(…, true)` is null when the setting is missing.
/** SQL: the organization in the tenant context; null without an organization. */
export const CONTEXT_ORGANIZATION = `nullif(current_setting('cordee.organization_id', true), '')::uuid`;
/** SQL: the account in the tenant context; null without an account. */
export const CONTEXT_ACCOUNT = `nullif(current_setting('cordee.account_id', true), '')::uuid`;

export interface TenantTable {
  name: string;
  /** The rights of the roles of the service, in addition to `select`. */
  may?: readonly WriteRight[];
  /** The column with the account that may read its own rows in all organizations, for example its memberships. */
  accountColumn?: string;
}

/**
 * The SQL that protects customer tables with forced row-level security. The runtime role sees one organization at a
 * time; the roles of sweeps and staff see every organization. Each table has a column `organization_id uuid`, first in
 * its keys.
 */
export function protectTenantTables(service: string, tables: readonly TenantTable[]): string {
  const { runtime } = databaseRoles(service);
  return tables
    .map(
      ({ name, may, accountColumn }) => `${forceRowSecurity(service, name, may)}
create policy by_organization on ${name} to ${runtime} using (organization_id = ${CONTEXT_ORGANIZATION});
${
  accountColumn
    ? `create policy own_rows on ${name} for select to ${runtime} using (${accountColumn} = ${CONTEXT_ACCOUNT});`
    : ''
}`,
    )
    .join('');
}

/**
 * The SQL that protects tables of accounts, like sessions, with forced row-level security. The runtime role sees and
 * writes the rows of the account in the tenant context. Each table has a column `account_id uuid`.
 */
export function protectAccountTables(
  service: string,
  tables: readonly { name: string; may?: readonly WriteRight[] }[],
): string {
  const { runtime } = databaseRoles(service);
  return tables
    .map(
      ({ name, may }) => `${forceRowSecurity(service, name, may)}
create policy by_account on ${name} to ${runtime} using (account_id = ${CONTEXT_ACCOUNT});
`,
    )
    .join('');
}

/**
 * The SQL that forces row-level security and grants rights on a table. The roles of sweeps and staff see every row; the
 * runtime role sees no row until a policy is added.
 */
export function forceRowSecurity(service: string, name: string, may: readonly WriteRight[] = ALL_WRITES): string {
  const { runtime, sweep, staff } = databaseRoles(service);
  return `
alter table ${name} enable row level security;
alter table ${name} force row level security;
create policy by_sweep on ${name} to ${sweep} using (true);
create policy by_staff on ${name} to ${staff} using (true);
grant ${['select', ...may].join(', ')} on ${name} to ${runtime}, ${sweep}, ${staff};`;
}

export interface OpenTable {
  /** The rights of the roles of the service. None when the rights are granted elsewhere. */
  may?: readonly ('select' | WriteRight)[];
  /** The reason for which the table has no row-level security. */
  reason: string;
}

/** The beginning of the comment of a table without row-level security. Without this comment, a test fails. */
export const OPEN_TABLE_COMMENT = 'Without row-level security: ';

/**
 * The SQL of grants on tables without row-level security. Only the permissions of operations protect these tables. The
 * reason becomes the comment of the table.
 */
export function openTables(service: string, tables: Readonly<Record<string, OpenTable>>): string {
  const { runtime, sweep, staff } = databaseRoles(service);
  return Object.entries(tables)
    .map(([name, { may = [], reason }]) => {
      const grants = may.length > 0 ? `grant ${may.join(', ')} on ${name} to ${runtime}, ${sweep}, ${staff};\n` : '';
      return `${grants}comment on table ${name} is '${OPEN_TABLE_COMMENT}${reason.replaceAll("'", "''")}';\n`;
    })
    .join('');
}
