import { findBroker } from './broker.mjs';
import { UserError } from './user-error.mjs';
import { deadLetterLine } from './event-line.mjs';

/** Longer than the timeout of other calls, because a reaction can take longer. */
const replayTimeoutMs = 30_000;
const pageSize = 200;

/** Lists, shows or replays dead letters. Returns the exit code: 1 when a reaction failed. */
export async function run({ service, show, replay, all, json }) {
  const [{ NatsBus }, { RpcClient }, { declareDeadLetterContracts }, { serviceNames }] = await Promise.all(
    [
      '@cordee/messaging/nats-bus',
      '@cordee/messaging/rpc-client',
      '@cordee/contracts/dead-letter',
      '@cordee/contracts/contract',
    ].map((module) => import(module)),
  );
  const services = serviceNames.filter((name) => name !== 'gateway');
  const ids = [show, replay].filter((id) => id !== undefined);
  if (service !== undefined && !services.includes(service))
    throw new UserError(`--service ${service} is not one of ${services.join(', ')}.`);
  if (ids.length + (all ? 1 : 0) > 1) throw new UserError('Use only one of --show, --replay and --all.');
  if ((ids.length > 0 || all) && !service) throw new UserError('--show, --replay and --all need --service.');
  for (const id of ids) if (!/^\d+$/.test(id)) throw new UserError(`${id} is not the number of a dead letter.`);
  const bus = await NatsBus.connect({ url: await findBroker(), service: 'events' });
  const rpc = new RpcClient(bus, 'events');
  try {
    if (show !== undefined) return await showOne(show);
    if (replay !== undefined) return await replayEach([{ id: replay }]);
    if (all) return await replayEach(deadLettersOf(service));
    for (const name of service ? [service] : services) await list(name);
    return 0;
  } catch (error) {
    throw error.code === 'SERVICE_UNAVAILABLE' ? new UserError(error.detail ?? error.message) : error;
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

  async function list(name) {
    let count = 0;
    for await (const letter of deadLettersOf(name)) {
      count += 1;
      console.log(json ? JSON.stringify({ service: name, ...letter }) : deadLetterLine(letter));
    }
    if (json) return;
    console.log(`${name}: ${count === 0 ? 'no' : count} dead ${count === 1 ? 'letter' : 'letters'}`);
  }

  async function showOne(id) {
    const { listDeadLetters } = declareDeadLetterContracts(service);
    const { data } = await rpc.call(listDeadLetters, { limit: 1, after: String(BigInt(id) - 1n) });
    if (data[0]?.id !== id) throw new UserError(`${service} has no dead letter ${id}.`);
    console.log(JSON.stringify(data[0], null, 2));
    return 0;
  }

  /** Replays the dead letters, the oldest first. Continues when a reaction fails again. */
  async function replayEach(deadLetters) {
    const { replayDeadLetter } = declareDeadLetterContracts(service);
    let hasFailed = false;
    for await (const letter of deadLetters) {
      const problem = await rpc.call(replayDeadLetter, { id: letter.id }, { timeoutMs: replayTimeoutMs }).then(
        () => undefined,
        (error) => error,
      );
      if (problem?.code === 'SERVICE_UNAVAILABLE') throw problem;
      if (problem) hasFailed = true;
      console.log(`${letter.id}: ${problem ? [problem.code, problem.detail].filter(Boolean).join(': ') : 'handled'}`);
    }
    return hasFailed ? 1 : 0;
  }
}
