import { runService } from '@cordee/service/run-service';
import { environment } from './config.ts';
import { renewalsService } from './renewals.service.ts';

await runService(renewalsService, environment);
