import { runService } from '@cordee/service/run-service';
import { startStreamKeeper } from '@cordee/service/start-stream-keeper';
import { environment } from './config.ts';
import { identityService } from './identity.service.ts';

await runService(identityService, environment, (_, config) => startStreamKeeper(config));
