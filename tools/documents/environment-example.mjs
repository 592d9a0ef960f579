import * as z from 'zod';

const width = 118;

/**
 * `.env.example`: every variable of every process, from the schemas that read them. `sections` are `{ title, about, config }`; a variable is
 * described where it appears first. `given` are the secrets that docker-compose.yml is told: `{ name, about, example }`.
 */
export function environmentExample(sections, given) {
  const told = new Set();
  const parts = sections.map(({ title, about, config }) => {
    const { properties, required = [] } = z.toJSONSchema(config, { io: 'input', unrepresentable: 'any' });
    const fresh = Object.entries(properties).filter(([name]) => !told.has(name));
    for (const [name] of fresh) told.add(name);
    return [
      heading(title, about),
      ...fresh.map(([name, schema]) =>
        variable(name, { default: standardOf(config.shape[name]), ...schema }, required.includes(name)),
      ),
    ].join('\n\n');
  });
  const compose = [
    heading(
      'docker-compose.yml',
      'What the composition needs to be told besides; nothing has a default, and docker compose stops where one is missing.',
    ),
    ...given.map(givenVariable),
  ];
  return `${[introduction, compose.join('\n\n'), ...parts].join('\n\n\n')}\n`;
}

const introduction = `# Every variable of every process. Generated from the configuration schemas: npm run documents.
# For docker-compose.yml copy it to .env and fill in the first section. "#NAME=value" shows a default; remove the # to change it.
# [secret] does not belong into a repository, a log or an image. Every variable NAME can be given as NAME_FILE as well, the path of a
# file that holds the value; docker-compose.yml hands every secret over that way.`;

function heading(title, about) {
  return `# ${'-'.repeat(20)} ${title} ${'-'.repeat(Math.max(0, width - 24 - title.length))}\n${comment(about)}`;
}

function variable(name, schema, isRequired) {
  const marks = [schema.isSecret && '[secret]', isRequired && '[required]'].filter(Boolean);
  const values = schema.enum ? `One of ${schema.enum.join(', ')}.` : '';
  const text = [...marks, sentence(schema.description), values].filter(Boolean).join(' ');
  return `${comment(text)}\n#${name}=${quoted(schema.default)}`;
}

/** What stands in where nothing was given; a schema that transforms its input does not tell otherwise. */
function standardOf(schema) {
  const { data } = schema.safeParse(undefined);
  return ['string', 'number'].includes(typeof data) ? data : undefined;
}

const givenVariable = ({ name, about, example = '' }) => `${comment(`[secret] ${about}`)}\n${name}=${example}`;

const sentence = (text = '') => (text && !/[.!?…]$/.test(text) ? `${text}.` : text);

const quoted = (value = '') => (/[\s#<>]/.test(String(value)) ? `"${value}"` : String(value));

/** Lines of comment that are no longer than the others. */
function comment(text) {
  const lines = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= width) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(`# ${word}`);
  }
  return lines.join('\n');
}
