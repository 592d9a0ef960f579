import { contracts } from '@cordee/contracts/catalogue';
import { serviceOf, sharedErrors, type Contract } from '@cordee/contracts/contract';
import * as z from 'zod';

/** Matches the names of input fields that identify an object. */
const OBJECT_FIELD = /^(token|number|key|type)$|Ids?$/;
/**
 * Fields that do not count: the tenant of the call, ids of objects that the call itself may create, and ids outside of
 * Cordée.
 */
const IGNORED_FIELDS = ['organizationId', 'chargeId', 'deviceId', 'processId', 'peppolId'];
/** The nouns of the contracts that every service has. */
const PLATFORM_NOUNS = ['file', 'dead_letter', 'access_lease'];

/** The commands and queries of a service whose input names an object that may be gone when the handler loads it. */
export const contractsWithObjects = (service: string): Contract[] =>
  [...contracts.values()].filter(
    (contract) =>
      serviceOf(contract) === service &&
      !contract.isForAccess &&
      !PLATFORM_NOUNS.includes(contract.subject.split('.')[2]!) &&
      fieldsOf(z.toJSONSchema(contract.input, { io: 'input', unrepresentable: 'any' })).some(
        (field) => OBJECT_FIELD.test(field) && !IGNORED_FIELDS.includes(field),
      ),
  );

/** The codes that a call may answer, without `INPUT_INVALID`, because the input of a test is valid. */
export const declaredCodesOf = ({ errors }: Contract): string[] =>
  ['ok', ...Object.keys(errors), ...Object.keys(sharedErrors)].filter((code) => code !== 'INPUT_INVALID');

/** The names of the properties of a JSON schema, nested ones included. */
function fieldsOf(schema: unknown): string[] {
  if (typeof schema !== 'object' || schema === null) return [];
  return Object.entries(schema).flatMap(([name, value]) => [
    ...(name === 'properties' ? Object.keys(value as object) : []),
    ...fieldsOf(value),
  ]);
}
