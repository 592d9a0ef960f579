// Writes the secrets for docker-compose.yml into .env.
import fs from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { createSigningKey, verificationKeyOf } from '@cordee/service/token-keys';
import { fillSecrets } from './secrets/fill-secrets.mjs';
import { writePrivateFile } from './secrets/write-private-file.mjs';

const help = `Writes .env for docker-compose.yml. Fills in empty passwords and keys; changes no other value.

  npm run secrets                  creates .env from .env.example if it is missing
  npm run secrets -- --new-key     prints a new key for access tokens (docs/guides/platform-team.md); writes nothing
`;

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
  const source = fs.existsSync(file) ? file : path.join(folder, '.env.example');
  const { text, filled, missing } = fillSecrets(fs.readFileSync(source, 'utf8'));
  writePrivateFile(file, text);
  console.log(filled.length > 0 ? `.env: new values for ${filled.join(', ')}` : '.env: nothing was missing');
  if (missing.length > 0) console.log(`Still missing in .env: ${missing.join(', ')}`);
}
