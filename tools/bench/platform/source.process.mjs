// Runs the service that publishes events, in its own process.
import { domainEvent } from '@cordee/outbox/publish';
import { newId } from '@cordee/contracts/id';
import { handleRequests } from '../harness/handle-requests.mjs';
import { openLoop } from '../../measurement/open-loop.mjs';
import { itemChanged, sampleText } from './bench-contracts.mjs';
import { sourceService, startService } from './bench-service.mjs';
import { monotonicMs } from './monotonic-ms.mjs';

let background;
let stopService;
handleRequests({ start, commit, stop: () => stopService?.() });

async function start({ databaseUrl }) {
  stopService = await startService(
    sourceService((injected) => (background = injected)),
    databaseUrl,
  );
}

/** Commits transactions at a fixed rate; each of them publishes one event. Returns the time of each commit by item. */
async function commit({ perSecond, ms }) {
  const commits = [];
  const sample = await openLoop({
    perSecond,
    ms,
    call: async () => {
      const itemId = newId('res', new Date());
      await background.asSystem(async ({ publish, afterCommit }) => {
        afterCommit(() => void commits.push([itemId, monotonicMs()]));
        await publish(domainEvent(itemChanged, { itemId, text: sampleText }));
      });
    },
  });
  return { ...sample, commits };
}
