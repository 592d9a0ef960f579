import { findBroker } from './broker.mjs';
import { Complaint } from './user-error.mjs';
import { deadLetterLine } from './event-line.mjs';

/** A reaction may take longer than a call usually does. */
const patience = 30_000;

/** Lists dead letters, or runs their reactions again. Answers 1 when one of them failed. */
export async function run({ service, id, all, json }) {
  if (!/^[a-z]+$/.test(service ?? ''))
    throw new Complaint('replay needs --service: identity, teams, products, billing, renewals, reminders or search.');
  if (id !== undefined && all) throw new Complaint('Either --id or --all.');
  if (id !== undefined && !/^\d+$/.test(id)) throw new Complaint(`--id ${id} is no number.`);
  const url = await findBroker();
  const [{ NatsBus }, { RpcClient }, { deadLetterContracts }] = await Promise.all(
    ['@cordee/messaging/nats-bus', '@cordee/messaging/rpc-client', '@cordee/contracts/dead-letter'].map(
      (module) => import(module),
    ),
  );
  const bus = await NatsBus.connect({ url, service: 'events' });
  const rpc = new RpcClient(bus, 'events');
  const { listDeadLetters, replayDeadLetter } = deadLetterContracts(service);
  try {
    if (id !== undefined) return await replayEach([{ id }]);
    return all ? await replayEach(letters()) : await list();
  } catch (error) {
    throw error.code === 'SERVICE_UNAVAILABLE' ? new Complaint(error.detail ?? error.message) : error;
  } finally {
    await bus.close();
  }

  async function* letters() {
    for (let after; ;) {
      const { data } = await rpc.call(listDeadLetters, { limit: 200, ...(after ? { after } : {}) });
      if (data.length === 0) return;
      yield* data;
      after = data.at(-1).id;
    }
  }

  async function list() {
    let count = 0;
    for await (const letter of letters()) {
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

  /** Oldest first; one that fails again does not keep the others from their turn. */
  async function replayEach(wanted) {
    const failed = [];
    for await (const letter of wanted) {
      const problem = await rpc.call(replayDeadLetter, { id: letter.id }, { timeoutMs: patience }).then(
        () => undefined,
        (error) => error,
      );
      if (problem?.code === 'SERVICE_UNAVAILABLE') throw problem;
      if (problem) failed.push(letter.id);
      console.log(`${letter.id}: ${problem ? [problem.code, problem.detail].filter(Boolean).join(': ') : 'handled'}`);
    }
    return failed.length > 0 ? 1 : 0;
  }
}
