// Calls services over NATS by contract, and for comparison the subjects of raw-service.process.mjs.
import { getDocument, listDocuments } from '@cordee/contracts/billing/document';
import { listMembers } from '@cordee/contracts/identity/member';
import { listTeams } from '@cordee/contracts/teams/team';
import { NatsBus } from '@cordee/messaging/nats-bus';
import { RpcClient } from '@cordee/messaging/rpc-client';
import { randomUUID } from 'node:crypto';
import { keepInFlight } from '../harness/closed-loop.mjs';
import { handleRequests } from '../harness/handle-requests.mjs';
import { connectRaw } from '../harness/raw-nats.mjs';

const contracts = { document: getDocument, documents: listDocuments, members: listMembers, teams: listTeams };
const TIMEOUT_MS = 5_000;
let bus;
let rpc;
let connection;
handleRequests({ start, run, stop: () => Promise.all([bus?.close(), connection?.drain()]) });

async function start() {
  bus = await NatsBus.connect({ url: process.env.NATS_URL, service: 'gateway' });
  rpc = new RpcClient(bus, 'gateway');
  connection = await connectRaw();
}

/** Keeps a number of calls in flight. `inputs` are sent in turn, each with the token of its caller. */
async function run({ name, isRaw, inputs, inFlight, ms }) {
  const call = isRaw
    ? ({ input }) => connection.request(`bench.raw.${name}`, JSON.stringify(input), { timeout: TIMEOUT_MS })
    : ({ input, token }) => rpc.call(contracts[name], input, { causedBy: { requestId: randomUUID(), token } });
  return keepInFlight(inFlight, ms, (count) => call(inputs[count % inputs.length]));
}
