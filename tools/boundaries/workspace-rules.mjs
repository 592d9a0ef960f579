import { packageImporters } from './package-importers.mjs';

/** The names, imports and dependencies that are allowed in this workspace. The rules are in rules.mjs. */
export const workspaceRules = {
  /** Tag of a project (`nx.tags` in package.json) → tags of the projects that it may depend on. */
  mayDependOn: {
    'type:app': ['type:lib'],
    'type:lib': ['type:lib'],
    'type:tool': ['type:lib', 'type:app'],
  },

  /** Projects that may import apps, because they compose the apps into one process. */
  appImporters: ['apps/all-in-one'],

  /** Project → the only packages that it may import. The project may not import modules of Node. */
  importsOnly: {
    'libs/contracts': ['zod'],
  },

  packageImporters,

  /**
   * Files of an app that may import Nest: handlers, the service definition (a Nest module), main.ts, and all files of
   * the gateway and of all-in-one.
   */
  nestFiles: [/\.(commands|queries|reactions|jobs|service)\.ts$/, /\/src\/main\.ts$/, /^apps\/(gateway|all-in-one)\//],

  /**
   * Files of an app that may import the EntityManager. Another file may import the EntityManager only for a function
   * whose first argument is the EntityManager or a handler context.
   */
  entityManagerFiles: [
    /\.(commands|queries|reactions|jobs|service)\.ts$/,
    /\/(main|config|orm\.config)\.ts$/,
    /\/migrations\//,
  ],

  /** Function → the only files that may import it. `setRole` selects a database role that reads all organizations. */
  allowedNameImporters: {
    setRole: [
      'libs/service/src/request-pipeline.ts',
      'libs/service/src/background-transactions.ts',
      'libs/service/src/dead-letters.ts',
      'libs/service/src/database/locked-outbox.ts',
      'libs/service/src/service-metrics.ts',
      'apps/search/src/search/find-results.ts',
      'apps/identity/src/across-accounts.ts',
      'apps/products/src/transfers/across-organizations.ts',
    ],
  },

  /** Projects in `libs` that contain only pure rules, without frameworks. */
  pureLibraries: ['libs/contracts', 'libs/money', 'libs/calendar'],

  /** Files that may read the environment, besides `src/config.ts` of each app. */
  environmentReaders: ['libs/service/src/config.ts', 'libs/testing/src/'],

  /** Words that are not allowed in names of files and folders, because they do not describe the content. */
  bannedWords: ['util', 'utils', 'helper', 'helpers', 'common', 'dto', 'manager', 'impl'],
};
