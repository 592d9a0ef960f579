import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { contracts } from '@cordee/contracts/catalogue';
import { serviceOf } from '@cordee/contracts/contract';
import { listKeys } from '@cordee/contracts/identity/session';
import { addTeamMembers } from '@cordee/contracts/teams/team';
import { encode } from '@cordee/messaging/reply';
import { GatewayFixture } from '../test/gateway.fixture.ts';
import { startGateway, type Gateway } from './gateway.ts';
import { hasRowErrors } from './row-errors.ts';

let gateway: Gateway;
let fixture: GatewayFixture;

beforeAll(async () => {
  fixture = await GatewayFixture.open();
  await fixture.bus.serve(listKeys.subject, serviceOf(listKeys), async () =>
    encode({ output: { keys: [fixture.verificationKey] } }),
  );
  await fixture.bus.serve(addTeamMembers.subject, serviceOf(addTeamMembers), async () =>
    encode({
      output: {
        results: [
          {
            index: 0,
            status: 'refused',
            error: { code: 'PERSON_UNKNOWN', detail: 'This person does not belong to the organization' },
          },
          { index: 1, status: 'added' },
        ],
      },
    }),
  );
  gateway = await startGateway({ CORDEE_MODE: 'test', PORT: '0' }, fixture.context);
});
afterAll(async () => {
  await gateway.stop();
  await fixture.close();
});

describe('the errors of rows in the answer of a bulk command', () => {
  it.each([
    ['fr', 'Cette personne ne fait pas partie de l’organisation'],
    ['en', 'This person does not belong to the organization'],
  ])('are in the language of the caller: %s', async (language, detail) => {
    const token = await fixture.sign('acc_01je5nryg0fgz9y05x3mqpmjrg', {
      sid: 'ses_01je5nryg0fgz9y05x3mqpmjrg',
      auth_time: 0,
    });
    const { organizationId, teamId, members } = addTeamMembers.example.input;
    const response = await fetch(`${gateway.url}/v1/organizations/${organizationId}/teams/${teamId}/members`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', 'accept-language': language },
      body: JSON.stringify({ members }),
    });
    expect(response.status).toBe(200);
    expect([response.headers.get('content-language'), response.headers.get('vary')]).toEqual([
      language,
      'Accept-Language',
    ]);
    expect(await response.json()).toEqual({
      results: [
        { index: 0, status: 'refused', error: { code: 'PERSON_UNKNOWN', detail } },
        { index: 1, status: 'added' },
      ],
    });
  });

  it('are found by the schema of the output', () => {
    const names = [...contracts].filter(([, contract]) => hasRowErrors(contract)).map(([name]) => name);
    expect(names.sort()).toEqual([
      'addTeamMembers',
      'giveGrants',
      'removeTeamMembers',
      'switchAutomaticRenewal',
      'switchWarranty',
    ]);
  });
});
