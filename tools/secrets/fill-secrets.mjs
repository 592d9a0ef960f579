import { randomBytes } from 'node:crypto';
import { createSigningKey, verificationKeyOf } from '@cordee/service/token-keys';
import { createPassword } from './create-password.mjs';

/** Adds the variables of the example (`NAME=…`) that the environment file does not have, also not as `NAME_FILE`. */
export function addMissingVariables(text, example) {
  const names = new Set([...text.matchAll(/^([A-Z_]+?)(?:_FILE)?=/gm)].map(([, name]) => name));
  const missingVariables = [...example.matchAll(/^([A-Z_]+)=.*$/gm)].filter(([, name]) => !names.has(name));
  const start = text === '' || text.endsWith('\n') ? text : `${text}\n`;
  return `${start}${missingVariables.map(([line]) => `${line}\n`).join('')}`;
}

/**
 * Fills in the empty variables of an environment file (`NAME=` without a value). Other variables are not changed.
 * Returns the new text, the names of the filled variables and the names of the variables that are still empty.
 */
export function fillSecrets(text) {
  const signingKey = createSigningKey();
  // The two token keys belong together.
  const areTokenKeysEmpty = /^TOKEN_SIGNING_KEY=$/m.test(text) && /^TOKEN_VERIFICATION_KEYS=$/m.test(text);
  const filledNames = [];
  const missingNames = [];
  const newText = text.replace(/^([A-Z_]+)=$/gm, (line, name) => {
    const value = newValue(name, signingKey, areTokenKeysEmpty);
    (value === undefined ? missingNames : filledNames).push(name);
    return value === undefined ? line : `${name}=${value}`;
  });
  return { text: newText, filledNames, missingNames };
}

function newValue(name, signingKey, areTokenKeysEmpty) {
  if (name.endsWith('_PASSWORD')) return createPassword();
  if (name === 'IDENTITY_SECRET') return randomBytes(48).toString('base64url');
  if (name === 'TOKEN_SIGNING_KEY' && areTokenKeysEmpty) return `'${JSON.stringify(signingKey)}'`;
  if (name === 'TOKEN_VERIFICATION_KEYS' && areTokenKeysEmpty)
    return `'${JSON.stringify({ keys: [verificationKeyOf(signingKey)] })}'`;
  const service = /^([A-Z]+)_DATABASE_URL$/.exec(name)?.[1].toLowerCase();
  return service && `postgres://cordee_${service}:${createPassword()}@postgres:5432/cordee_${service}`;
}
