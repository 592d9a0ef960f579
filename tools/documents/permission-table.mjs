const roles = ['legal_representative', 'administrator', 'collaborator', 'external'];
const levels = ['read', 'write'];

/** Rights at a glance, from the one table that the doors ask. */
export function permissionTable(permissions, contracts) {
  const rows = Object.entries(permissions).map(([name, rule]) => {
    const cells = roles.map((role) => {
      if (rule.roles.includes(role)) return '✓';
      return rule.flag && (role !== 'external' || rule.external) ? `with \`${rule.flag}\`` : '–';
    });
    const ofStaff = levels.map((level) =>
      rule.support ? `${rule.support[level]}${rule.support.isWholeOnly ? ', whole organization' : ''}` : '–',
    );
    const operations = [...contracts]
      .filter(([, contract]) => contract.access === name)
      .map(([operation]) => `\`${operation}\``);
    return `| \`${name}\` | ${rule.means} | ${[...cells, ...ofStaff].join(' | ')} | ${operations.join(', ') || '–'} |`;
  });
  return `# Permissions

Generated from \`libs/contracts/src/permissions.ts\`. Rights on single products and what is in them are not permissions: grants give them, and \`libs/access\` decides. The names are scopes of API tokens as well: a token passes a door when its permission is among its scopes and its person has it.

The two columns on support say what the provider's staff may who have entered under an access that the customer granted, by its level (SUP-3): what only reads, or everything; "whole organization": not under an access to listed products.

| permission | lets one | legal rep. | admin | collaborator | external | support, \`read\` | support, \`write\` | operations |
|---|---|---|---|---|---|---|---|---|
${rows.join('\n')}
`;
}
