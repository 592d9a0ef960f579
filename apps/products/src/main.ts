import { runService } from '@cordee/service/run-service';
import { environment } from './config.ts';
import { productsService } from './products.service.ts';

await runService(productsService, environment);
