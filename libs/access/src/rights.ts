/** What lets somebody at content: never given by role, always held by its owner (ROL-1, ACC-4). `view` and `change` open the files of a drive folder. */
const contentRights = new Set(['read', 'view', 'change']);
/** Never given to an external (PROD-2). */
const neverExternal = new Set(['manage']);
/** The narrower rights that a wider one gives: the levels of a drive and of its folders (PROD-2). */
const narrowerRights: Readonly<Record<string, readonly string[]>> = {
  manage: ['change', 'view'],
  change: ['view'],
  admin: ['user'],
};

/** What somebody may have who is let in to look and not to change anything (SUP-3). */
const lookingRights = new Set(['statistics', 'history', 'read', 'view']);

/** Whether nothing can be changed with the right. */
export const isLookingRight = (right: string): boolean => lookingRights.has(right);

/** Whether the right opens content, which no role does (ACC-4). */
export const isContentRight = (right: string): boolean => contentRights.has(right);

/** Whether the right can never be held by an external (PROD-2). */
export const isNeverForExternals = (right: string): boolean => neverExternal.has(right);

/** The rights that somebody has who was given this one: itself, and those that are narrower. */
export const rightsGivenBy = (right: string): readonly string[] => {
  const narrower = narrowerRights[right];
  return narrower ? [right, ...narrower] : [right];
};

/** The rights that the owner of a thing has on it. */
export const ownerRights: readonly string[] = [...contentRights];
