// Runs the real teams service on NATS in its own process, with a clock that cannot be moved.
import { ProcessContext } from '@cordee/service/process-context';
import { ServiceHost } from '@cordee/service/service-host';
import { teamsService } from '@cordee/teams/teams.service';
import { randomUUID } from 'node:crypto';
import { handleRequests } from '../harness/handle-requests.mjs';

let host;
let processContext;
handleRequests({
  async start({ databaseUrl, keys }) {
    const { NATS_URL, REDIS_URL } = process.env;
    processContext = await ProcessContext.open('teams', {
      LOG_LEVEL: 'error',
      CORDEE_VERSION: 'test',
      NATS_URL,
      CORDEE_MODE: 'production',
      ACCESS_CACHE_MIB: 512,
      TOKEN_VERIFICATION_KEYS: { keys },
    });
    host = await ServiceHost.start(
      teamsService,
      {
        LOG_LEVEL: 'error',
        DATABASE_URL: databaseUrl,
        NATS_URL,
        REDIS_URL,
        QUEUE_PREFIX: randomUUID(),
        PUBLIC_URL: 'https://portal.provider.ch',
        TOKEN_VERIFICATION_KEYS: JSON.stringify({ keys }),
      },
      processContext,
    );
  },
  async stop() {
    await host?.stop();
    await processContext?.close();
  },
});
