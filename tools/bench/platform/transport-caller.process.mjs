// Calls the process transport.process.mjs, and for comparison the echo process with requests of the same size.
import { callHeaders } from '@cordee/messaging/call';
import { NatsBus } from '@cordee/messaging/nats-bus';
import { encode } from '@cordee/messaging/reply';
import { RpcClient } from '@cordee/messaging/rpc-client';
import { randomUUID } from 'node:crypto';
import { keepInFlight } from '../harness/closed-loop.mjs';
import { ownCpu } from '../../measurement/cpu.mjs';
import { handleRequests } from '../harness/handle-requests.mjs';
import { connectRaw, rawHeaders } from '../harness/raw-nats.mjs';
import { latencies } from '../../measurement/statistics.mjs';
import { repeatText, sampleText } from './bench-contracts.mjs';

const TIMEOUT_MS = 5_000;
let input;
let bus;
let rpc;
let rawConnection;
handleRequests({ start, run, stop: () => Promise.all([bus?.close(), rawConnection?.drain()]) });

async function start(startInput) {
  input = startInput;
  bus = await NatsBus.connect({ url: process.env.NATS_URL, service: 'gateway' });
  rpc = new RpcClient(bus, 'gateway');
  rawConnection = await connectRaw();
}

const { itemId } = repeatText.example.input;
const questionOf = (number) => ({ itemId, text: sampleText, number });
const headersOf = () => ({
  [callHeaders.service]: 'gateway',
  [callHeaders.requestId]: randomUUID(),
  [callHeaders.deadline]: String(Date.now() + TIMEOUT_MS),
});

const calls = {
  raw(number) {
    const headers = rawHeaders();
    for (const [name, value] of Object.entries(headersOf())) headers.set(name, value);
    return rawConnection.request(input.echoSubject, encode(questionOf(number)), { timeout: TIMEOUT_MS, headers });
  },
  bus: (number) => bus.request(input.busSubject, encode(questionOf(number)), headersOf(), TIMEOUT_MS),
  nest: (number) => rpc.call(repeatText, questionOf(number)),
};

/** Keeps a number of calls in flight. */
async function run({ call, inFlight, ms }) {
  const cpuBefore = ownCpu();
  const durations = [];
  const sample = await keepInFlight(inFlight, ms, async (count) => {
    const startedAt = performance.now();
    await calls[call](count);
    durations.push(performance.now() - startedAt);
  });
  return { ...sample, latency: latencies(durations), cpu: ownCpu() - cpuBefore };
}
