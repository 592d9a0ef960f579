import { nats } from './nats.mjs';
import { postgres } from './postgres.mjs';
import { redis } from './redis.mjs';

export const servers = [postgres, nats, redis];
