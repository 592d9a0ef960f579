// Calls the teams service over NATS. For comparison it calls the echo process with requests of the same size.
import { checkAccess, checkManyAccess } from '@cordee/contracts/teams/access';
import { callHeaders } from '@cordee/messaging/call';
import { NatsBus } from '@cordee/messaging/nats-bus';
import { encode } from '@cordee/messaging/reply';
import { RpcClient } from '@cordee/messaging/rpc-client';
import { randomUUID } from 'node:crypto';
import { keepInFlight } from '../harness/closed-loop.mjs';
import { ownCpu } from '../../measurement/cpu.mjs';
import { openLoop, reasonOf } from '../../measurement/open-loop.mjs';
import { connectRaw, rawHeaders } from '../harness/raw-nats.mjs';
import { handleRequests } from '../harness/handle-requests.mjs';

const CHECKS_PER_CALL = 100;

let input;
let bus;
let rpc;
let rawConnection;
handleRequests({ start, runOpenLoop, runClosedLoop, stop: () => Promise.all([bus?.close(), rawConnection?.drain()]) });

async function start(startInput) {
  input = startInput;
  bus = await NatsBus.connect({ url: process.env.NATS_URL, service: 'gateway' });
  rawConnection = await connectRaw();
  rpc = new RpcClient(bus, 'gateway');
}

const calls = {
  /** One check: the caller asks about their own right. */
  check(index) {
    const { token, question } = input.questions[index % input.questions.length];
    return rpc.call(
      checkAccess,
      { organizationId: input.organizationId, ...question },
      { causedBy: { requestId: randomUUID(), token } },
    );
  },
  /** A hundred checks of the rights of random people in one call. The caller is an administrator. */
  checkMany(callIndex) {
    const questions = Array.from({ length: CHECKS_PER_CALL }, (_, index) => {
      const { accountId, question } = input.questions[(callIndex * CHECKS_PER_CALL + index) % input.questions.length];
      return { accountId, ...question };
    });
    return rpc.call(
      checkManyAccess,
      { organizationId: input.organizationId, questions },
      { causedBy: { requestId: randomUUID(), token: input.managerToken } },
    );
  },
  /** A request that has the same size as a check, including the headers. */
  echo(index) {
    const { token, question } = input.questions[index % input.questions.length];
    const headers = rawHeaders();
    headers.set(callHeaders.service, 'gateway');
    headers.set(callHeaders.requestId, randomUUID());
    headers.set(callHeaders.deadline, String(Date.now() + 5_000));
    headers.set(callHeaders.token, token);
    return rawConnection.request(input.echo, encode({ organizationId: input.organizationId, ...question }), {
      timeout: 5_000,
      headers,
    });
  },
};

/** Makes calls at a fixed rate (open loop). */
async function runOpenLoop({ call, perSecond, ms }) {
  const cpuBefore = ownCpu();
  const sample = await openLoop({ perSecond, ms, call: calls[call] });
  return { ...sample, cpu: ownCpu() - cpuBefore };
}

/** Keeps a fixed number of calls in flight (closed loop). */
async function runClosedLoop({ call, inFlight, ms }) {
  const cpuBefore = ownCpu();
  const errors = {};
  let failedCount = 0;
  const { operations, ms: durationMs } = await keepInFlight(inFlight, ms, (index) =>
    calls[call](index).catch((error) => {
      failedCount += 1;
      errors[reasonOf(error)] = (errors[reasonOf(error)] ?? 0) + 1;
    }),
  );
  return { operations: operations - failedCount, ms: durationMs, errors, cpu: ownCpu() - cpuBefore };
}
