import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { RegistryServer } from '../../../test/registry-server.ts';
import { RegistrySimulator } from './registry-simulator.ts';
import { UidRegistry } from './uid-registry.ts';
import { askRegistry } from './vat-number-registry.ts';
import { ViesRegistry } from './vies-registry.ts';

let server: RegistryServer;
let vies: ViesRegistry;
let uid: UidRegistry;
beforeAll(async () => {
  server = await RegistryServer.start();
  vies = new ViesRegistry(server.url, 'FR40303265045');
  uid = new UidRegistry(`${server.url}/uid`);
});
afterAll(() => server.stop());
beforeEach(() => {
  server.requests.length = 0;
});

const TIMEOUT_MS = 300;

describe('VIES', () => {
  it('is asked with the number of the seller, and gives a consultation number', async () => {
    server.behaviour = 'valid';
    expect(await askRegistry(vies, 'DE123456789', TIMEOUT_MS)).toEqual({
      vatNumber: 'DE123456789',
      status: 'valid',
      registry: 'vies',
      consultationNumber: 'WAPIAAAAYx1',
    });
    expect(JSON.parse(server.requests[0]!)).toEqual({
      countryCode: 'DE',
      vatNumber: '123456789',
      requesterMemberStateCode: 'FR',
      requesterNumber: '40303265045',
    });
  });

  it('gives no consultation number to a seller without a number of the EU', async () => {
    server.behaviour = 'valid';
    const answer = await askRegistry(new ViesRegistry(server.url, undefined), 'DE123456789', TIMEOUT_MS);
    expect(answer).toMatchObject({ status: 'valid', consultationNumber: null });
  });
});

describe('the UID register', () => {
  it('is asked without the suffix of the number', async () => {
    server.behaviour = 'valid';
    expect(await askRegistry(uid, 'CHE-123.456.788 MWST', TIMEOUT_MS)).toEqual({
      vatNumber: 'CHE123456788',
      status: 'valid',
      registry: 'uid',
      consultationNumber: null,
    });
    expect(server.requests[0]).toContain('<vatNumber>CHE123456788</vatNumber>');
  });
});

describe.each([
  ['VIES', 'DE123456789', () => vies],
  ['the UID register', 'CHE-123.456.788 MWST', () => uid],
] as const)('%s', (name, vatNumber, registryOf) => {
  it('refuses a number', async () => {
    server.behaviour = 'invalid';
    expect(await askRegistry(registryOf(), vatNumber, TIMEOUT_MS)).toMatchObject({ status: 'invalid' });
  });

  it.each(['down', 'nonsense', 'slow'] as const)('that is %s gives no answer', async (behaviour) => {
    server.behaviour = behaviour;
    expect(await askRegistry(registryOf(), vatNumber, TIMEOUT_MS)).toBeUndefined();
    server.answerSlow();
  });
});

it.each(['unavailable', 'wrong'] as const)('VIES that is %s gives no answer', async (behaviour) => {
  server.behaviour = behaviour;
  expect(await askRegistry(vies, 'DE123456789', TIMEOUT_MS)).toBeUndefined();
});

describe('the simulated registry', () => {
  it.each([
    ['FR40303265045', 'valid'],
    ['DE123456200', 'invalid'],
    ['DE123456300', undefined],
    ['DE123456400', undefined],
    ['DE123456500', undefined],
    ['CHE-123.456.788 MWST', 'valid'],
  ])('answers about %s: %s', async (vatNumber, status) => {
    expect((await askRegistry(new RegistrySimulator(), vatNumber, TIMEOUT_MS))?.status).toBe(status);
  });
});
