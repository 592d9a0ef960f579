import { ServiceConfig } from '@cordee/service/config';
import * as z from 'zod';

export const TeamsConfig = ServiceConfig.extend({
  TEAMS_PER_ORGANIZATION: z.coerce
    .number()
    .int()
    .min(1)
    .default(5_000)
    .describe('Number of teams of an organization. Calls at the same time may exceed it slightly.'),
});
export type TeamsConfig = z.output<typeof TeamsConfig>;

export const environment = process.env;
