const roles = ['legal_representative', 'administrator', 'collaborator', 'external'];

/** Rights at a glance, from the one table that the doors ask. */
export function permissionTable(permissions, contracts) {
  const rows = Object.entries(permissions).map(([name, rule]) => {
    const cells = roles.map((role) => {
      if (rule.roles.includes(role)) return '✓';
      return rule.flag && (role !== 'external' || rule.external) ? `with \`${rule.flag}\`` : '–';
    });
    const operations = [...contracts].filter(([, contract]) => contract.access === name).map(([operation]) => `\`${operation}\``);
    return `| \`${name}\` | ${rule.means} | ${cells.join(' | ')} | ${operations.join(', ') || '–'} |`;
  });
  return `# Permissions

Generated from \`libs/contracts/src/permissions.ts\`. Rights on single products and what is in them are not permissions: grants give them, and \`libs/access\` decides.

| permission | lets one | legal rep. | admin | collaborator | external | operations |
|---|---|---|---|---|---|---|
${rows.join('\n')}
`;
}
