import { inputError } from '@cordee/contracts/input-error';
import type { TypeValues } from '@cordee/contracts/products/product-type';

/**
 * Rejects a `firstResourceKind` that is not a kind of the type, and a default right that is not a right of its kind.
 */
export function assertKnownKindsAndRights({
  firstResourceKind,
  resourceRights,
}: Pick<TypeValues, 'firstResourceKind' | 'resourceRights'>): void {
  if (firstResourceKind !== null && !resourceRights.some(({ kind }) => kind === firstResourceKind))
    throw inputError(
      'FIRST_RESOURCE_KIND_UNKNOWN',
      '/firstResourceKind',
      `is not a resource kind of the product type: ${firstResourceKind}`,
    );
  for (const [index, { kind, rights, defaultRights }] of resourceRights.entries()) {
    const unknownRight = defaultRights.find((right) => !rights.includes(right));
    if (unknownRight)
      throw inputError(
        'DEFAULT_RIGHT_UNKNOWN',
        `/resourceRights/${index}/defaultRights`,
        `${unknownRight} is not a right of ${kind}`,
      );
  }
}
