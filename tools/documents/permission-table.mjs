const roles = ['legal_representative', 'administrator', 'collaborator', 'external'];
const levels = ['read', 'write'];

/** Returns docs/permissions.md: each permission with its roles, flags and operations. */
export function permissionTable(permissions, contracts) {
  const rows = Object.entries(permissions).map(([name, rule]) => {
    const cells = roles.map((role) => {
      if (rule.roles.includes(role)) return '✓';
      return rule.flag && (role !== 'external' || rule.flagAppliesToExternals) ? `with \`${rule.flag}\`` : '–';
    });
    const supportCells = levels.map((level) =>
      rule.support
        ? `${rule.support[level]}${rule.support.isForWholeOrganizationOnly ? ', whole organization' : ''}`
        : '–',
    );
    const operations = [...contracts]
      .filter(([, contract]) => contract.access === name)
      .map(([operation, { requiresRecentSignIn }]) => `\`${operation}\`${requiresRecentSignIn ? '*' : ''}`);
    return [
      `\`${name}\``,
      rule.description,
      ...cells,
      ...supportCells,
      rule.isServiceTokenScope ? 'queries' : '–',
      operations.join(', ') || '–',
    ];
  });
  const columns = [
    'permission',
    'allows to',
    'legal rep.',
    'admin',
    'collaborator',
    'external',
    'support, `read`',
    'support, `write`',
    'service tokens',
    'operations',
  ];
  const tableLine = (row) => `| ${row.join(' | ')} |`;
  return `# Permissions

Generated from \`libs/contracts/src/permissions.ts\` (\`npm run documents\`). A permission allows operations in an
organization. Rights on single products and their resources are not permissions: grants give them, and \`libs/access\`
decides. Each permission is also a scope of API tokens: a token may call an operation when its scopes contain the
permission and its person has it. Operations with * require a sign-in within the last 10 minutes, so that no API token
can call them.

The columns "support" show what staff of the provider may do under a support access, by its level. "whole
organization": only when the support access covers the whole organization, not single products. A service token may
have the permissions marked "queries" as scopes: it calls their queries and sees everything in its organizations.

${tableLine(columns)}
|${'---|'.repeat(columns.length)}
${rows.map(tableLine).join('\n')}
`;
}
