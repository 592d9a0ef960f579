import { findBroker, forbiddenUserError } from './broker.mjs';
import { UserError } from './user-error.mjs';
import { escapeControls } from './escape-controls.mjs';
import { deadLetterLine } from './event-line.mjs';

/** Longer than the timeout of other calls, because a reaction can take longer. */
const replayTimeoutMs = 30_000;
const pageSize = 200;

/**
 * Lists, shows, replays or discards dead letters. Returns the exit code: 1 when a reaction failed, or when a service
 * did not answer.
 */
export async function run({ service, show, replay, discard, all, json }) {
  const [{ NatsBus }, { RpcClient }, { declareDeadLetterContracts }, { serviceNames }] = await Promise.all(
    [
      '@cordee/messaging/nats-bus',
      '@cordee/messaging/rpc-client',
      '@cordee/contracts/dead-letter',
      '@cordee/contracts/contract',
    ].map((module) => import(module)),
  );
  const services = serviceNames.filter((name) => name !== 'gateway');
  const ids = [show, replay, discard].filter((id) => id !== undefined);
  if (service !== undefined && !services.includes(service))
    throw new UserError(`--service ${service} is not one of ${services.join(', ')}.`);
  if (ids.length + (all ? 1 : 0) > 1) throw new UserError('Use only one of --show, --replay, --discard and --all.');
  if ((ids.length > 0 || all) && !service) throw new UserError('--show, --replay, --discard and --all need --service.');
  for (const id of ids)
    if (!/^[1-9]\d{0,17}$/.test(id)) throw new UserError(`${id} is not the number of a dead letter.`);
  const bus = await NatsBus.connect({ url: await findBroker(), service: 'events' });
  const rpc = new RpcClient(bus, 'events');
  try {
    if (show !== undefined) return await showOne(show);
    const { replayDeadLetter, discardDeadLetter } = declareDeadLetterContracts(service ?? 'search');
    if (discard !== undefined) return await callEach(discardDeadLetter, [{ id: discard }], 'discarded');
    if (replay !== undefined) return await callEach(replayDeadLetter, [{ id: replay }], 'handled');
    if (all) return await callEach(replayDeadLetter, deadLettersOf(service), 'handled');
    return await listAll();
  } catch (error) {
    throw isUnavailable(error) ? new UserError(error.detail ?? error.message) : error;
  } finally {
    await bus.close();
  }

  async function* deadLettersOf(name) {
    const { listDeadLetters } = declareDeadLetterContracts(name);
    for (let after; ;) {
      const { data } = await rpc.call(listDeadLetters, { limit: pageSize, ...(after ? { after } : {}) });
      if (data.length === 0) return;
      yield* data;
      after = data.at(-1).id;
    }
  }

  /** Continues with the other services when a service does not answer. */
  async function listAll() {
    let exitCode = 0;
    for (const name of service ? [service] : services) {
      try {
        await list(name);
      } catch (error) {
        if (!isUnavailable(error)) throw error;
        console.error(`${name}: ${error.detail}`);
        exitCode = 1;
      }
    }
    return exitCode;
  }

  async function list(name) {
    let count = 0;
    for await (const letter of deadLettersOf(name)) {
      count += 1;
      console.log(json ? escapeControls(JSON.stringify({ service: name, ...letter })) : deadLetterLine(letter));
    }
    if (json) return;
    console.log(`${name}: ${count === 0 ? 'no' : count} dead ${count === 1 ? 'letter' : 'letters'}`);
  }

  async function showOne(id) {
    const { listDeadLetters } = declareDeadLetterContracts(service);
    const { data } = await rpc.call(listDeadLetters, { limit: 1, after: String(BigInt(id) - 1n) });
    if (data[0]?.id !== id) throw new UserError(`${service} has no dead letter ${id}.`);
    for (const line of JSON.stringify(data[0], null, 2).split('\n')) console.log(escapeControls(line));
    return 0;
  }

  /** Calls the contract for each dead letter, the oldest first. Continues after a refusal. */
  async function callEach(contract, deadLetters, success) {
    let count = 0;
    let exitCode = 0;
    for await (const { id } of deadLetters) {
      count += 1;
      try {
        await rpc.call(contract, { id }, { timeoutMs: replayTimeoutMs });
        console.log(`${id}: ${success}`);
      } catch (error) {
        if (isUnavailable(error)) throw error;
        console.log(escapeControls(`${id}: ${error.code}: ${error.detail ?? contract.errors[error.code]?.title}`));
        exitCode = 1;
      }
    }
    if (count === 0) console.log(`${service}: no dead letters`);
    return exitCode;
  }
}

/** True when the service did not answer. Throws when the broker refuses the user. */
function isUnavailable({ code, detail }) {
  if (code === 'SERVICE_UNAVAILABLE' && detail?.endsWith('cannot be reached') && forbiddenUserError())
    throw forbiddenUserError();
  return code === 'SERVICE_UNAVAILABLE';
}
