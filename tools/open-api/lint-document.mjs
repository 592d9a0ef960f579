import { createConfig, lint } from '@redocly/openapi-core';
import { Validator } from '@seriousme/openapi-schema-validator';

const rules = {
  'no-invalid-media-type-examples': 'error',
  'no-invalid-parameter-examples': 'error',
  'no-invalid-schema-examples': 'error',
};

/** No operation can refer to this component: it is the answer to methods without an operation. */
const unusedComponent = '#/components/responses/MethodNotAllowed';

/** Returns the errors and warnings of the document: its form, its style and its examples. */
export async function lintDocument(file, document) {
  const { valid, errors } = await new Validator().validate(structuredClone(document));
  const config = await createConfig({ extends: ['recommended-strict'], rules });
  const problems = await lint({ ref: file, config });
  return [
    ...(valid ? [] : [].concat(errors).map((error) => `OpenAPI 3.1: ${JSON.stringify(error)}`)),
    ...problems
      .map(({ ruleId, message, location }) => ({ ruleId, message, pointer: location[0]?.pointer }))
      .filter(({ ruleId, pointer }) => !(ruleId === 'no-unused-components' && pointer === unusedComponent))
      .map(({ ruleId, message, pointer }) => `${ruleId} ${pointer}: ${message}`),
  ];
}
