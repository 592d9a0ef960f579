import { runService } from '@cordee/service/run-service';
import { environment } from './config.ts';
import { remindersService } from './reminders.service.ts';

await runService(remindersService, environment);
