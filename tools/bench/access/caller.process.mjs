// Whoever asks over NATS: the teams service by contract, or the echo with as many bytes.
import { checkAccess, checkManyAccess } from '@cordee/contracts/teams/access';
import { callHeaders } from '@cordee/messaging/call';
import { NatsBus } from '@cordee/messaging/nats-bus';
import { encode } from '@cordee/messaging/reply';
import { RpcClient } from '@cordee/messaging/rpc-client';
import { randomUUID } from 'node:crypto';
import { keepInFlight } from '../harness/closed-loop.mjs';
import { ownCpu } from '../harness/cpu.mjs';
import { openLoop, reasonOf } from '../harness/open-loop.mjs';
import { connectRaw, rawHeaders } from '../harness/raw-nats.mjs';
import { serveParent } from '../harness/serve-parent.mjs';

let given;
let bus;
let raw;
serveParent({ start, open, closed, stop: () => Promise.all([bus?.close(), raw?.drain()]) });

async function start(input) {
  given = input;
  bus = await NatsBus.connect({ url: process.env.NATS_URL, service: 'gateway' });
  raw = await connectRaw();
  calls.rpc = new RpcClient(bus, 'gateway');
}

const calls = {
  /** One check, asked by the person it is about. */
  check(count) {
    const { token, question } = given.questions[count % given.questions.length];
    return calls.rpc.call(
      checkAccess,
      { organizationId: given.organizationId, ...question },
      { for: { requestId: randomUUID(), token } },
    );
  },
  /** A hundred checks about anybody, asked by somebody who manages people. */
  checkMany(count) {
    const questions = Array.from({ length: 100 }, (_, place) => {
      const { accountId, question } = given.questions[(count * 100 + place) % given.questions.length];
      return { accountId, ...question };
    });
    return calls.rpc.call(
      checkManyAccess,
      { organizationId: given.organizationId, questions },
      { for: { requestId: randomUUID(), token: given.managerToken } },
    );
  },
  /** The same bytes as a check, headers included. */
  echo(count) {
    const { token, question } = given.questions[count % given.questions.length];
    const headers = rawHeaders();
    headers.set(callHeaders.service, 'gateway');
    headers.set(callHeaders.requestId, randomUUID());
    headers.set(callHeaders.deadline, String(Date.now() + 5_000));
    headers.set(callHeaders.token, token);
    return raw.request(given.echo, encode({ organizationId: given.organizationId, ...question }), {
      timeout: 5_000,
      headers,
    });
  },
};

async function open({ what, perSecond, ms }) {
  const before = ownCpu();
  const sample = await openLoop({ perSecond, ms, call: calls[what] });
  return { ...sample, cpu: ownCpu() - before };
}

async function closed({ what, inFlight, ms }) {
  const before = ownCpu();
  const errors = {};
  let failed = 0;
  const { operations, ms: took } = await keepInFlight(inFlight, ms, (count) =>
    calls[what](count).catch((error) => {
      failed += 1;
      errors[reasonOf(error)] = (errors[reasonOf(error)] ?? 0) + 1;
    }),
  );
  return { operations: operations - failed, ms: took, errors, cpu: ownCpu() - before };
}
