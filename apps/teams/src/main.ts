import { runService } from '@cordee/service/run-service';
import { environment } from './config.ts';
import { teamsService } from './teams.service.ts';

await runService(teamsService, environment);
