import { startQueueBoard } from '@cordee/service/queue-board';
import { runService } from '@cordee/service/run-service';
import { environment } from './config.ts';
import { remindersService } from './reminders.service.ts';

await runService(remindersService, environment, async (processContext, config) => {
  if (config.QUEUE_BOARD_PORT === undefined) return undefined;
  const address = { redisUrl: config.REDIS_URL, databaseUrl: config.JOBS_DATABASE_URL, prefix: config.QUEUE_PREFIX };
  return startQueueBoard(processContext, {
    host: config.HOST,
    port: config.QUEUE_BOARD_PORT,
    services: config.QUEUE_BOARD_SERVICES,
    settings: config,
    address,
  });
});
