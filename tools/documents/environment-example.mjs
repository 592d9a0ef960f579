import { productionProblems } from '@cordee/service/production-values';
import * as z from 'zod';

/** The maximum number of columns of a generated comment line. */
const maxColumns = 118;

/**
 * Returns the text of `.env.example`: all variables of all processes, from the configuration schemas. `sections` are
 * `{ title, about, config }`. A variable of several sections is listed only in the first section. `composeSecrets` are
 * the variables that docker-compose.yml requires: `{ name, about, example, isPublic }`.
 */
export function environmentExample(sections, composeSecrets) {
  const listedNames = new Set();
  const sectionTexts = sections.map(({ title, about, config }) => {
    const { properties, required = [] } = z.toJSONSchema(config, { io: 'input', unrepresentable: 'any' });
    const unlistedVariables = Object.entries(properties).filter(([name]) => !listedNames.has(name));
    for (const [name] of unlistedVariables) listedNames.add(name);
    const neededInProduction = new Set(productionProblems(config, {}).map((problem) => problem.split(':')[0]));
    return [
      heading(title, about),
      ...unlistedVariables.map(([name, schema]) =>
        variableText(
          name,
          { default: defaultOf(config.shape[name]), ...schema },
          { isRequired: required.includes(name), isForProduction: neededInProduction.has(name) },
        ),
      ),
    ].join('\n\n');
  });
  const compose = [
    heading(
      'docker-compose.yml',
      'Required by docker-compose.yml. These variables have no defaults: docker compose stops when one is missing.',
    ),
    ...composeSecrets.map(composeSecretText),
  ];
  return `${[introduction, compose.join('\n\n'), ...sectionTexts].join('\n\n\n')}\n`;
}

const introduction = `# All variables of all processes. Generated from the configuration schemas: npm run documents.
# For docker-compose.yml run "npm run secrets": it writes .env with the first section filled in. "#NAME=value" shows a
# default: to change it, remove the "#". Without a value of [production], processes with CORDEE_MODE=production end.
# Keep a [secret] out of repositories, logs and images. Every variable NAME can also be passed as NAME_FILE, the path of
# a file with the value; docker-compose.yml passes every secret in this way.`;

function heading(title, about) {
  // The first line has 24 characters in addition to the title and the last dashes.
  return `# ${'-'.repeat(20)} ${title} ${'-'.repeat(Math.max(0, maxColumns - 24 - title.length))}\n${comment(about)}`;
}

/**
 * A variable that production needs has an empty value, so that `npm run secrets` lists it. An empty value counts as
 * missing: demonstrations use the default.
 */
function variableText(name, schema, { isRequired, isForProduction }) {
  const marks = [schema.isSecret && '[secret]', isRequired && '[required]', isForProduction && '[production]'];
  const text = [
    ...marks,
    withFullStop(schema.description),
    schema.enum && `One of ${schema.enum.join(', ')}.`,
    isForProduction && `Demonstrations use ${schema.default} when the value is empty.`,
  ];
  const line = isForProduction ? `${name}=` : `#${name}=${quoteIfNeeded(schema.default)}`;
  return `${comment(text.filter(Boolean).join(' '))}\n${line}`;
}

/**
 * Returns the default of a variable. The JSON Schema does not contain the default when the schema transforms its input.
 */
function defaultOf(schema) {
  const { data } = schema.safeParse(undefined);
  return ['string', 'number'].includes(typeof data) ? data : undefined;
}

const composeSecretText = ({ name, about, example = '', isPublic }) =>
  `${comment(isPublic ? about : `[secret] ${about}`)}\n${name}=${example}`;

const withFullStop = (text = '') => (text && !/[.!?…]$/.test(text) ? `${text}.` : text);

const quoteIfNeeded = (value = '') => (/[\s#<>]/.test(String(value)) ? `"${value}"` : String(value));

/** Wraps a text into comment lines. */
function comment(text) {
  const lines = [];
  for (const word of text.split(' ')) {
    const lastLine = lines.at(-1);
    if (lastLine !== undefined && lastLine.length + 1 + word.length <= maxColumns)
      lines[lines.length - 1] = `${lastLine} ${word}`;
    else lines.push(`# ${word}`);
  }
  return lines.join('\n');
}
