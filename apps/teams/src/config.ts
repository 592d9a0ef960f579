import { ServiceConfig } from '@cordee/service/config';
import type * as z from 'zod';

export const TeamsConfig = ServiceConfig;
export type TeamsConfig = z.output<typeof TeamsConfig>;

export const environment = process.env;
