import { runService } from '@cordee/service/run-service';
import { environment } from './config.ts';
import { searchService } from './search.service.ts';

await runService(searchService, environment);
