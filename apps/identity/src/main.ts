import { runService } from '@cordee/service/run-service';
import { environment } from './config.ts';
import { identityService } from './identity.service.ts';

await runService(identityService, environment);
