// Writes the secrets for docker-compose.yml into .env.
import fs from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { writePrivateFile } from './secrets/write-private-file.mjs';

const help = `Writes .env for docker-compose.yml. Fills in empty passwords and keys; changes no other value.

  npm run secrets                  creates .env from .env.example if it is missing; adds variables of a new version
  npm run secrets -- --new-key     prints a new key for access tokens (docs/guides/platform-team.md); writes nothing
`;

const packages = await Promise.all([import('@cordee/service/token-keys'), import('./secrets/fill-secrets.mjs')]).catch(
  (error) => {
    if (error.code !== 'ERR_MODULE_NOT_FOUND') throw error;
    console.error('The command needs the packages: run "npm ci" first.');
    process.exit(2);
  },
);
const [{ createSigningKey, verificationKeyOf }, { addMissingVariables, fillSecrets }] = packages;

const { values } = parseArgs({ options: { 'new-key': { type: 'boolean' }, help: { type: 'boolean', short: 'h' } } });
if (values.help) console.log(help);
else if (values['new-key']) printNewKey();
else writeEnvironmentFile();

function printNewKey() {
  const signingKey = createSigningKey();
  console.log(`private key, for TOKEN_SIGNING_KEY:\n${JSON.stringify(signingKey)}`);
  console.log(
    `public key, for the list "keys" in TOKEN_VERIFICATION_KEYS:\n${JSON.stringify(verificationKeyOf(signingKey))}`,
  );
}

function writeEnvironmentFile() {
  const folder = path.resolve(import.meta.dirname, '..');
  const file = path.join(folder, '.env');
  const example = fs.readFileSync(path.join(folder, '.env.example'), 'utf8');
  const oldText = fs.existsSync(file) ? addMissingVariables(fs.readFileSync(file, 'utf8'), example) : example;
  const { text, filledNames, missingNames } = fillSecrets(oldText);
  writePrivateFile(file, text);
  console.log(filledNames.length > 0 ? `.env: new values for ${filledNames.join(', ')}` : '.env: nothing was missing');
  if (missingNames.length === 0) return;
  console.log(`Still missing in .env: ${missingNames.join(', ')}`);
  console.log(
    'The comments in .env describe the variables. A demonstration (CORDEE_MODE) needs no variables with [production].',
  );
}
