/**
 * Rights that open content. No role gives them, and the owner always has them (ROL-1, ACC-4). `view` and `change` open
 * the files of a drive folder.
 */
const contentRights = new Set(['read', 'view', 'change']);
/** Rights that an external never has (PROD-2). */
const neverForExternals = new Set(['manage']);
/** The narrower rights that a wider right includes: the levels of a drive and of its folders (PROD-2). */
const narrowerRights: Readonly<Record<string, readonly string[]>> = {
  manage: ['change', 'view'],
  change: ['view'],
  admin: ['user'],
};

/** The rights that a support access of level `read` allows (SUP-3). */
const readOnlyRights = new Set(['statistics', 'history', 'read', 'view']);

export const isReadOnlyRight = (right: string): boolean => readOnlyRights.has(right);

/** True for a right that opens content; no role gives it (ACC-4). */
export const isContentRight = (right: string): boolean => contentRights.has(right);

export const isNeverForExternals = (right: string): boolean => neverForExternals.has(right);

/** The right and the narrower rights that it includes. */
export const rightsGivenBy = (right: string): readonly string[] => {
  const narrower = narrowerRights[right];
  return narrower ? [right, ...narrower] : [right];
};

/** The rights of the owner of a resource. */
export const ownerRights: readonly string[] = [...contentRights];
