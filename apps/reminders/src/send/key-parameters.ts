import { toUuid, type Id } from '@cordee/contracts/id';
import type { DueRow } from '@cordee/service/jobs';

/** The key of a row as statement parameters. */
export const keyParameters = ({ organizationId, id }: DueRow<Id>): [string, string] => [
  toUuid(organizationId),
  toUuid(id),
];
