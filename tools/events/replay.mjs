import { findBroker } from './broker.mjs';
import { UserError } from './user-error.mjs';
import { deadLetterLine } from './event-line.mjs';

/** Longer than the timeout of other calls, because a reaction can take longer. */
const replayTimeoutMs = 30_000;
const pageSize = 200;

/** Lists dead letters, or runs their reactions again. Returns the exit code: 1 when a reaction failed. */
export async function run({ service, id, all, json }) {
  if (!/^[a-z]+$/.test(service ?? ''))
    throw new UserError('replay needs --service: identity, teams, products, billing, renewals, reminders or search.');
  if (id !== undefined && all) throw new UserError('Use either --id or --all.');
  if (id !== undefined && !/^\d+$/.test(id)) throw new UserError(`--id ${id} is not a number.`);
  const url = await findBroker();
  const [{ NatsBus }, { RpcClient }, { declareDeadLetterContracts }] = await Promise.all(
    ['@cordee/messaging/nats-bus', '@cordee/messaging/rpc-client', '@cordee/contracts/dead-letter'].map(
      (module) => import(module),
    ),
  );
  const bus = await NatsBus.connect({ url, service: 'events' });
  const rpc = new RpcClient(bus, 'events');
  const { listDeadLetters, replayDeadLetter } = declareDeadLetterContracts(service);
  try {
    if (id !== undefined) return await replayEach([{ id }]);
    return all ? await replayEach(allDeadLetters()) : await list();
  } catch (error) {
    throw error.code === 'SERVICE_UNAVAILABLE' ? new UserError(error.detail ?? error.message) : error;
  } finally {
    await bus.close();
  }

  async function* allDeadLetters() {
    for (let after; ;) {
      const { data } = await rpc.call(listDeadLetters, { limit: pageSize, ...(after ? { after } : {}) });
      if (data.length === 0) return;
      yield* data;
      after = data.at(-1).id;
    }
  }

  async function list() {
    let count = 0;
    for await (const letter of allDeadLetters()) {
      count += 1;
      console.log(json ? JSON.stringify(letter) : deadLetterLine(letter));
    }
    if (!json)
      console.log(
        count === 0
          ? `${service} has no dead letters`
          : `${count} ${count === 1 ? 'dead letter' : 'dead letters'}; --id N or --all runs the reaction again`,
      );
    return 0;
  }

  /** Replays the dead letters, the oldest first. Continues when a reaction fails again. */
  async function replayEach(deadLetters) {
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
