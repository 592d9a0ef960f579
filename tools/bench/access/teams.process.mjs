// The teams service as it runs in production, in a process of its own.
import { ProcessContext } from '@cordee/service/process-context';
import { ServiceHost } from '@cordee/service/service-host';
import { teamsService } from '@cordee/teams/teams.service';
import { randomUUID } from 'node:crypto';
import { serveParent } from '../harness/serve-parent.mjs';

let host;
let parts;
serveParent({
  async start({ databaseUrl }) {
    const { NATS_URL, REDIS_URL } = process.env;
    parts = await ProcessContext.open('teams', {
      LOG_LEVEL: 'error',
      NATS_URL,
      CORDEE_MODE: 'production',
      NODE_ENV: 'development',
      ACCESS_CACHE_MIB: 512,
    });
    host = await ServiceHost.start(
      teamsService,
      { LOG_LEVEL: 'error', DATABASE_URL: databaseUrl, NATS_URL, REDIS_URL, QUEUE_PREFIX: randomUUID() },
      parts,
    );
  },
  async stop() {
    await host?.stop();
    await parts?.close();
  },
});
