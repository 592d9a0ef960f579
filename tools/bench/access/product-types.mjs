/** Twelve product types with their rights. Some have resources: their kind, rights and number per product. */
export const productTypes = [
  {
    type: 'web_hosting',
    rights: ['technical', 'statistics'],
    kind: 'site',
    resourceRights: ['technical', 'statistics'],
    resourcesPerProduct: 2,
  },
  { type: 'cloud_server', rights: ['technical', 'statistics'] },
  { type: 'domain', rights: ['technical'] },
  {
    type: 'mail_service',
    rights: ['technical'],
    kind: 'mail_address',
    resourceRights: ['devices', 'forwarding', 'filters', 'history', 'read'],
    resourcesPerProduct: 4,
    isOwned: true,
  },
  {
    type: 'drive',
    rights: ['admin', 'user'],
    kind: 'folder',
    resourceRights: ['view', 'change', 'manage'],
    resourcesPerProduct: 8,
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

export const productType = (type) => productTypes.find((entry) => entry.type === type);

/** The rights of each product type and of its resources, in the format of the output of `getTypeRights`. */
export const typeRights = productTypes.map(({ type, rights, resourceRights = [] }) => ({
  type,
  rights: [...new Set([...rights, ...resourceRights])],
}));
