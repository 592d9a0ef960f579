import { randomUUID } from 'node:crypto';
import { endedPidsOf, equals, judge, measured, none } from '../judge.mjs';
import { bodies, jsonValues } from '../mutations.mjs';
import { countStatuses, openClient } from '../client.mjs';
import { unlimitedEnv } from '../unlimited-env.mjs';

const PER_BATCH = 50;
const REPLY_MS = 10_000;
const MAX_PAYLOAD_BYTES = 1_000_000;

export const attack = {
  name: 'malformed-bus-messages',
  shows: 'Malformed requests and events, sent with each user of the broker, end no process; later messages are handled',
  env: unlimitedEnv,
  async run({ url, accounts, join, natsUrls, pids }) {
    if (!natsUrls.gateway) return judge('nothing: the services use the embedded bus', measured('messages', 0));
    const { NatsBus } = await import('@cordee/messaging/nats-bus');
    const { contracts, events } = await import('@cordee/contracts/catalogue');
    const { mayCall, serviceOf } = await import('@cordee/contracts/contract');
    const { organizations } = await accounts();
    const pidsBefore = pids();
    const answers = [];
    let published = 0;
    for (const [user, natsUrl] of Object.entries(natsUrls)) {
      const bus = await NatsBus.connect({ url: natsUrl, service: user });
      const callableContracts = [...contracts.values()].filter((contract) => mayCall(user, contract));
      const requests = callableContracts.flatMap((contract) =>
        payloadsOf(contract.example.input).map((data) => [contract, data]),
      );
      for (let index = 0; index < requests.length; index += PER_BATCH)
        answers.push(
          ...(await Promise.all(requests.slice(index, index + PER_BATCH).map((request) => ask(bus, request)))),
        );
      for (const { subject, example } of [...events.values()].filter((event) => serviceOf(event) === user))
        for (const data of payloadsOf(example)) {
          await bus.publishEvent(subject, randomUUID(), data);
          published += 1;
        }
      await bus.close();
    }
    const client = openClient(url);
    const [{ path, owner }] = organizations;
    // The mail with the invitation shows that events are handled.
    await join(organizations[0], 'collaborator');
    const member = await client.call('GET', `${path}/members`, { token: owner.session.accessToken });
    const ready = await client.call('GET', '/health/ready');
    client.close();
    return judge(
      `${answers.length} requests and ${published} events`,
      measured('answers', countStatuses(answers)),
      none(
        'replies with internal errors',
        answers.filter(({ status }) => status === 500).map(({ title }) => title),
      ),
      none(
        'malformed requests that were executed',
        answers.filter(({ status, isValid }) => status === 'executed' && !isValid).map(({ title }) => title),
      ),
      none('ended processes', endedPidsOf(pidsBefore, pids())),
      equals('a person is served afterwards', member.status, 200),
      equals('the gateway is ready afterwards', ready.status, 200),
    );
  },
};

/** Malformed variants of an input or an event, as bytes. */
function payloadsOf(example) {
  const text = JSON.stringify(example);
  return [
    ...Object.values(bodies).map((bodyOf) => Buffer.from(bodyOf(text))),
    ...Object.values(jsonValues).map((value) => Buffer.from(value)),
    Buffer.alloc(0),
    Buffer.from([0xff, 0xfe, 0x00]),
  ].filter(({ length }) => length < MAX_PAYLOAD_BYTES);
}

async function ask(bus, [contract, data]) {
  const title = `${contract.subject} ${data.subarray(0, 40).toString()}`;
  try {
    const reply = await bus.request(contract.subject, data, {}, REPLY_MS);
    const { error } = JSON.parse(Buffer.from(reply).toString());
    return { title, status: error?.status ?? 'executed', isValid: isValidInput(contract, data) };
  } catch (error) {
    return { title, status: 0, code: error.name };
  }
}

/** Some malformed inputs are valid, because services drop unknown fields and the other fields are optional. */
function isValidInput({ input }, data) {
  try {
    return input.safeParse(JSON.parse(data.toString())).success;
  } catch {
    return false;
  }
}
