/**
 * Rights that open content. No role gives a content right, and the owner of a resource always has all content rights
 * (ROL-1, ACC-4). `view` and `change` open the files of a drive folder.
 */
const contentRights = new Set(['read', 'view', 'change']);
/** Rights that an external never has (PROD-2). */
const neverForExternals = new Set(['manage']);
/** The rights that a support access of level `read` allows (SUP-3). */
const readOnlyRights = new Set(['statistics', 'history', 'read', 'view']);

export const isReadOnlyRight = (right: string): boolean => readOnlyRights.has(right);

export const isContentRight = (right: string): boolean => contentRights.has(right);

export const isNeverForExternals = (right: string): boolean => neverForExternals.has(right);

/** The rights of the owner of a resource. */
export const ownerRights: readonly string[] = [...contentRights];
