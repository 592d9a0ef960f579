// Runs a real service that owns access data on NATS in its own process, with a clock that cannot be moved.
import { createSigningKey, verificationKeyOf } from '@cordee/service/token-keys';
import { ProcessContext } from '@cordee/service/process-context';
import { ServiceHost } from '@cordee/service/service-host';
import { identityService } from '@cordee/identity/identity.service';
import { productsService } from '@cordee/products/products.service';
import { teamsService } from '@cordee/teams/teams.service';
import { randomUUID } from 'node:crypto';
import { handleRequests } from '../harness/handle-requests.mjs';

const definitions = { identity: identityService, products: productsService, teams: teamsService };
const signingKey = createSigningKey();

let host;
let processContext;
handleRequests({
  /** Without `keys`, the service verifies access tokens with its own key. */
  async start({ service, databaseUrl, keys = [verificationKeyOf(signingKey)] }) {
    const { NATS_URL, REDIS_URL } = process.env;
    processContext = await ProcessContext.open(service, {
      LOG_LEVEL: 'error',
      CORDEE_VERSION: 'test',
      NATS_URL,
      CORDEE_MODE: 'production',
      ACCESS_CACHE_MIB: 512,
      TOKEN_VERIFICATION_KEYS: { keys },
    });
    host = await ServiceHost.start(
      definitions[service],
      {
        LOG_LEVEL: 'error',
        DATABASE_URL: databaseUrl,
        NATS_URL,
        REDIS_URL,
        QUEUE_PREFIX: randomUUID(),
        PUBLIC_URL: 'https://portal.provider.ch',
        TOKEN_VERIFICATION_KEYS: JSON.stringify({ keys }),
        IDENTITY_SECRET: 'only the benchmark uses this secret',
        TOKEN_SIGNING_KEY: JSON.stringify(signingKey),
      },
      processContext,
    );
  },
  async stop() {
    await host?.stop();
    await processContext?.close();
  },
});
