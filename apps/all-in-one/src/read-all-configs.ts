import { GatewayConfig } from '@cordee/gateway/config';
import { InvalidConfigError, parseConfig } from '@cordee/service/config';
import type * as z from 'zod';
import { AllInOneConfig } from './config.ts';
import { databaseVariable, environmentOf, services } from './services.ts';

/** Reads the configuration of the process. Throws one error that lists the problems of all services too. */
export function readAllConfigs(
  environment: Readonly<Record<string, string | undefined>>,
): z.output<typeof AllInOneConfig> {
  const { config, problems } = parseConfig(AllInOneConfig, environment);
  const serviceProblems = services.flatMap(({ name, config: schema }) =>
    parseConfig(schema, environmentOf(name, environment)).problems.map((problem) =>
      problem.replace(/^DATABASE_URL:/, `${databaseVariable(name)}:`),
    ),
  );
  const gatewayProblems = parseConfig(GatewayConfig, environment).problems;
  // A variable of several services has the same problem in each of them.
  const allProblems = new Set([...problems, ...gatewayProblems, ...serviceProblems]);
  if (config === undefined || allProblems.size > 0) throw new InvalidConfigError([...allProblems]);
  return config;
}
