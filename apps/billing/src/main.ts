import { runService } from '@cordee/service/run-service';
import { billingService } from './billing.service.ts';
import { environment } from './config.ts';

await runService(billingService, environment);
