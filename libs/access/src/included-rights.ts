/** The rights that a right includes: the levels of a drive and of its folders (PROD-2). */
const includedRights: Readonly<Record<string, readonly string[]>> = {
  manage: ['change', 'view'],
  change: ['view'],
  admin: ['user'],
};

/** The right and the rights that the right includes. */
export const rightsGivenBy = (right: string): readonly string[] => {
  const included = includedRights[right];
  return included ? [right, ...included] : [right];
};
