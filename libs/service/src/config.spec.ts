import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import * as z from 'zod';
import { readConfig, ServiceConfig } from './config.ts';

const databaseUrl = 'postgres://cordee_storage:secret@db/cordee_storage';
const schema = ServiceConfig.omit({ TOKEN_VERIFICATION_KEYS: true }).extend({
  STORAGE_SECRET: z.string().min(8),
  SHELVES: z.coerce.number().int().default(3),
});

let folder: string;
beforeAll(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'cordee-config-'));
  fs.writeFileSync(path.join(folder, 'secret'), 'a long secret\n');
  fs.writeFileSync(path.join(folder, 'short'), 'x\n');
  fs.writeFileSync(path.join(folder, 'url'), `${databaseUrl}\n`);
});
afterAll(() => fs.rmSync(folder, { recursive: true }));

const file = (name: string): string => path.join(folder, name);
const PUBLIC_URL = 'https://portal.provider.ch';
const validEnvironment = { DATABASE_URL: databaseUrl, STORAGE_SECRET: 'a long secret', PUBLIC_URL };

describe('readConfig', () => {
  it('uses the default of a variable that is missing', () => {
    expect(readConfig(schema, validEnvironment)).toMatchObject({
      ...validEnvironment,
      SHELVES: 3,
      HOST: '127.0.0.1',
      OPS_PORT: 9100,
      LOG_LEVEL: 'info',
      CORDEE_MODE: 'production',
      NODE_ENV: 'development',
    });
  });

  it('ignores variables that the schema does not declare', () => {
    expect(readConfig(schema, { ...validEnvironment, PATH: '/bin' })).not.toHaveProperty('PATH');
  });

  it('reads secrets from files without the line end', () => {
    expect(
      readConfig(schema, { DATABASE_URL_FILE: file('url'), STORAGE_SECRET_FILE: file('secret'), PUBLIC_URL }),
    ).toMatchObject(validEnvironment);
  });

  it('prefers the variable to the file', () => {
    // Reading the file would throw, because it does not exist.
    expect(readConfig(schema, { ...validEnvironment, STORAGE_SECRET_FILE: file('missing') }).STORAGE_SECRET).toBe(
      'a long secret',
    );
  });

  it('treats an empty value as missing', () => {
    expect(readConfig(schema, { ...validEnvironment, SHELVES: '', REDIS_URL: '' })).toMatchObject({ SHELVES: 3 });
  });

  it('lists all problems without the values of variables', () => {
    const read = (): unknown =>
      readConfig(schema, {
        DATABASE_URL: 'mysql://user:hidden@db',
        OPS_PORT: '99999',
        LOG_LEVEL: 'loud',
        STORAGE_SECRET_FILE: file('missing'),
        SHELVES: 'many',
      });
    for (const name of ['DATABASE_URL', 'OPS_PORT', 'LOG_LEVEL', 'STORAGE_SECRET_FILE', 'SHELVES'])
      expect(read).toThrow(new RegExp(`^  ${name}: `, 'm'));
    expect(read).not.toThrow(/hidden/);
  });

  it.each([
    // 'short' is the name of a file; the test replaces it by its path.
    [
      'a file with a value that is too short',
      { DATABASE_URL: databaseUrl, STORAGE_SECRET_FILE: 'short' },
      /STORAGE_SECRET: /,
    ],
    ['a database of another kind', { ...validEnvironment, DATABASE_URL: 'https://db' }, /DATABASE_URL: /],
    ['a missing database', { STORAGE_SECRET: validEnvironment.STORAGE_SECRET }, /DATABASE_URL: /],
  ])('rejects %s', (_, environment, problem) => {
    const environmentWithPaths = Object.fromEntries(
      Object.entries(environment).map(([name, value]) => [name, name.endsWith('_FILE') ? file(value) : value]),
    );
    expect(() => readConfig(schema, environmentWithPaths)).toThrow(problem);
  });
});

describe('readConfig in production', () => {
  const checkedSchema = schema.extend({
    SENDER: z.string().default('Cordée <no-reply@cordee.example>').meta({ productionCheck: 'mail_addresses' }),
    STORAGE_SECRET: z.string().min(8).meta({ productionCheck: 'random_secret' }),
    STAFF: z
      .string()
      .default('')
      .transform((list) => list.split(','))
      .meta({ productionCheck: 'mail_addresses' }),
    STREET: z.string().default('Sample street').meta({ productionCheck: 'set' }),
    SELLER: z
      .string()
      .transform((text) => text.toUpperCase())
      .default('SAMPLE')
      .meta({ productionCheck: 'own_value' }),
  });
  const productionEnvironment = { ...validEnvironment, SENDER: 'mail@provider.ch', STORAGE_SECRET: 'x8fK2mQ9vL4tR7wZ' };
  const seller = { STREET: 'Sample street', SELLER: 'OWN' };

  it('accepts real values', () => {
    expect(readConfig(checkedSchema, { ...productionEnvironment, ...seller, STAFF: 'anna@provider.ch' })).toMatchObject(
      productionEnvironment,
    );
  });

  it.each([
    [{ PUBLIC_URL: '' }, 'PUBLIC_URL: is missing'],
    [{ PUBLIC_URL: 'http://127.0.0.1:3000' }, 'PUBLIC_URL: must be an address that customers can reach'],
    [{ PUBLIC_URL: 'https://localhost' }, 'PUBLIC_URL: must be an address that customers can reach'],
    [{ PUBLIC_URL: 'https://[::1]' }, 'PUBLIC_URL: must be an address that customers can reach'],
    [{ PUBLIC_URL: 'https://portal.cordee.example' }, 'PUBLIC_URL: must be an address that customers can reach'],
    [{ PUBLIC_URL: 'http://portal.provider.ch' }, 'PUBLIC_URL: must start with https://'],
    [{ SENDER: '' }, 'SENDER: is missing'],
    [{ SENDER: 'Provider <no-reply@provider.example>' }, 'SENDER: provider.example is a domain of examples'],
    [{ STAFF: 'anna@provider.ch, ben@example.com' }, 'STAFF: example.com is a domain of examples'],
    [{ STORAGE_SECRET: 'secretsecretsecret' }, 'STORAGE_SECRET: must be random'],
    [{ STREET: '' }, 'STREET: is missing'],
    [{ SELLER: '' }, 'SELLER: is missing'],
    [{ SELLER: 'sample' }, 'SELLER: is the value of the demonstration'],
  ])('refuses %j, which a demonstration accepts', (changes, problem) => {
    expect(() => readConfig(checkedSchema, { ...productionEnvironment, ...seller, ...changes })).toThrow(problem);
    expect(() =>
      readConfig(checkedSchema, { ...productionEnvironment, ...seller, ...changes, CORDEE_MODE: 'demonstration' }),
    ).not.toThrow();
  });

  it('lists the problems of all variables together', () => {
    const read = (): unknown => readConfig(checkedSchema, { SHELVES: 'many' });
    expect(read).toThrow(/^  DATABASE_URL: is missing$/m);
    for (const name of ['SHELVES', 'PUBLIC_URL', 'SENDER', 'STREET', 'SELLER'])
      expect(read).toThrow(new RegExp(`^  ${name}: `, 'm'));
  });
});
