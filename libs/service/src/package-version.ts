import { createRequire } from 'node:module';

/** The version in the package of this library; all packages of a release have the same version. */
export const packageVersion: string = (createRequire(import.meta.url)('../package.json') as { version: string })
  .version;
