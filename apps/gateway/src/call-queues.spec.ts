import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { serviceOf } from '@cordee/contracts/contract';
import { newId } from '@cordee/contracts/id';
import { listTeams } from '@cordee/contracts/teams/team';
import { decode, encode } from '@cordee/messaging/reply';
import { waitFor } from '@cordee/testing/wait-for';
import { GatewayProcess } from '../test/gateway-process.ts';
import { startGateway, type Gateway } from './gateway.ts';

let gateway: Gateway;
let process: GatewayProcess;
let sign: (account: string) => Promise<string>;
let running = 0;
let release: () => void;
const held = new Promise<void>((resolve) => (release = resolve));
const member = newId('org', new Date());

beforeAll(async () => {
  process = await GatewayProcess.open();
  await process.bus.serve(listTeams.subject, serviceOf(listTeams), async ({ data }) => {
    const { organizationId } = decode(data) as { organizationId: string };
    if (organizationId !== member) {
      running += 1;
      await held;
      return encode({ error: { code: 'ORGANIZATION_NOT_FOUND', status: 404, title: 'x' } });
    }
    return encode({ output: listTeams.example.output });
  });
  gateway = await startGateway({ CORDEE_MODE: 'test', PORT: '0', MAX_RUNNING_CALLS: '4' }, process.context);
  sign = (account) => process.sign(account, { sid: newId('ses', new Date()), auth_time: 0 });
});
afterAll(async () => {
  await gateway.stop();
  await process.close();
});

it('one account that names organizations it does not belong to leaves places for others', async () => {
  const outsider = await sign(newId('acc', new Date()));
  const get = async (organizationId: string, token: string): Promise<number> =>
    (
      await fetch(`${gateway.url}/v1/organizations/${organizationId}/teams`, {
        headers: { authorization: `Bearer ${token}` },
      })
    ).status;
  const calls = Array.from({ length: 4 }, () => get(newId('org', new Date()), outsider));
  // With four places, three belong to one caller at most.
  await waitFor(async () => running === 3, 'three running calls of the outsider');
  const status = await get(member, await sign(newId('acc', new Date())));
  release();
  await Promise.all(calls);
  expect(status).toBe(200);
});
