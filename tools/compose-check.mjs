// Checks docker-compose.yml against the compose schema and the configuration schemas. `npm test` runs this check after
// the build.
import fs from 'node:fs';
import path from 'node:path';
import { Ajv } from 'ajv';
import { parse } from 'yaml';
import * as rules from './checks/compose-rules.mjs';
import { natsPasswordVariable } from './documents/broker-users.mjs';
import { brokerUserNames, composeVariables, environmentSections } from './documents/environment-sections.mjs';

const root = path.resolve(import.meta.dirname, '..');
const readText = (file) => fs.readFileSync(path.join(root, file), 'utf8');

const text = readText('docker-compose.yml');
const compose = parse(text, { merge: true });

const { $schema: _, ...schema } = JSON.parse(readText('node_modules/dclint/schemas/compose.schema.json'));
const validate = new Ajv({ strict: false, validateFormats: false, allErrors: true }).compile(schema);
const isValid = validate(compose);
const findings = isValid
  ? []
  : validate.errors.map(
      ({ instancePath, message, params }) => `${instancePath || '/'} ${message} ${JSON.stringify(params)}`,
    );

const processes = environmentSections.filter(
  ({ title }) => !['Every service', 'all-in-one', 'set-up', 'mail-catcher'].includes(title),
);
const schemas = environmentSections.map(({ config }) => config.shape);
const secretNames = new Set([
  ...composeVariables.filter(({ isPublic }) => !isPublic).map(({ name }) => name),
  ...schemas.flatMap((shape) =>
    Object.entries(shape)
      .filter(([, field]) => field.meta()?.isSecret)
      .map(([name]) => name),
  ),
]);
if (isValid) {
  findings.push(
    // NATS can read the passwords of its users only from its environment.
    ...rules.secretsAreFiles(compose, {
      secretNames,
      allowed: brokerUserNames.map((user) => `nats ${natsPasswordVariable(user)}`),
    }),
    ...rules.secretsAreUsed(compose),
    ...rules.variablesMatchSchemas(compose, {
      variables: Object.fromEntries(processes.map(({ title, config }) => [title, Object.keys(config.shape)])),
      setInImage: ['NODE_ENV', 'HOST', 'OPS_PORT', 'CORDEE_VERSION'],
      // A container inherits no socket. The compose file has a Redis server for this installation only, and declares no
      // secret for a DKIM key.
      notSet: ['LISTEN_FD', 'QUEUE_PREFIX', 'JOBS_DATABASE_URL', 'DKIM_DOMAIN', 'DKIM_SELECTOR', 'DKIM_PRIVATE_KEY'],
    }),
    ...rules.variablesAreDocumented(text, readText('.env.example')),
    ...rules.dependenciesExist(compose),
    // Several gateways run behind a proxy, each with a port of its own.
    ...rules.scaledServicesHaveNoHostPort(compose, {
      scaled: processes.map(({ title }) => title).filter((title) => title !== 'gateway'),
    }),
    ...rules.gracePeriodIsVariable(compose),
    ...rules.imagesHaveVersion(compose, JSON.parse(readText('package.json')).version),
  );
}
for (const finding of findings) console.log(`docker-compose.yml: ${finding}`);
if (findings.length > 0) process.exitCode = 1;
else console.log(`${Object.keys(compose.services).length} services`);
