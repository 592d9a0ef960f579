/** The rights that a right implies: the levels of a drive and of its folders (PROD-2). */
const impliedRights: Readonly<Record<string, readonly string[]>> = {
  manage: ['change', 'view'],
  change: ['view'],
  admin: ['user'],
};

/** The right and the rights that it implies. */
export const rightsGivenBy = (right: string): readonly string[] => {
  const implied = impliedRights[right];
  return implied ? [right, ...implied] : [right];
};
