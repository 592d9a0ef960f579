import type { Contract } from '@cordee/contracts/contract';
import { tagIndexOf } from './tags.ts';

export type Operation = [name: string, contract: Contract];

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'];

/**
 * Sorts operations by tag, then by path, then by method. A collection comes before its items: list, create, read,
 * change, delete.
 */
export function compareOperations([, a]: Operation, [, b]: Operation): number {
  return (
    tagIndexOf(a) - tagIndexOf(b) ||
    comparePaths(a.http!.path, b.http!.path) ||
    METHODS.indexOf(a.http!.method) - METHODS.indexOf(b.http!.method)
  );
}

/** Parameters sort after names. */
function comparePaths(a: string, b: string): number {
  const [sortedA, sortedB] = [a, b].map((path) => path.replaceAll(':', '~'));
  if (sortedA === sortedB) return 0;
  return sortedA! < sortedB! ? -1 : 1;
}
