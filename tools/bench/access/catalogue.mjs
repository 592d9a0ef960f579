/** Twelve product types with the rights that are given on them, and what is in them. */
export const catalogue = [
  {
    type: 'web_hosting',
    rights: ['technical', 'statistics'],
    kind: 'site',
    inside: ['technical', 'statistics'],
    per: 2,
  },
  { type: 'cloud_server', rights: ['technical', 'statistics'] },
  { type: 'domain', rights: ['technical'] },
  {
    type: 'mail_service',
    rights: ['technical'],
    kind: 'mail_address',
    inside: ['devices', 'forwarding', 'filters', 'history', 'read'],
    per: 4,
    isOwned: true,
  },
  {
    type: 'drive',
    rights: ['admin', 'user'],
    kind: 'folder',
    inside: ['view', 'change', 'manage'],
    per: 8,
    isNested: true,
  },
  { type: 'streaming', rights: ['technical', 'statistics'] },
  { type: 'ticketing', rights: ['technical', 'statistics', 'ticket_control', 'sales_control'] },
  { type: 'backup', rights: ['technical'] },
  { type: 'network_storage', rights: ['technical'] },
  { type: 'certificate', rights: ['technical'] },
  { type: 'suite', rights: ['admin', 'user'] },
  { type: 'premium_support', rights: ['support'] },
];

export const rightsOf = (type) => catalogue.find((entry) => entry.type === type);

/** The rights of each type, with those on what is in its products: as products tells them for access checks. */
export const typeRights = catalogue.map(({ type, rights, inside = [] }) => ({
  type,
  rights: [...new Set([...rights, ...inside])],
}));
