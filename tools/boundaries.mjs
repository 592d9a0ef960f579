// Checks which projects, files and libraries each file imports. `npm test` runs this check. It needs only Node and
// takes less than a second.
import path from 'node:path';
import { readProjects } from './boundaries/read-projects.mjs';
import * as rules from './boundaries/rules.mjs';

const workspaceRules = {
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

  /** Library → the only files and folders (ending in a slash) that may import it. Specs may import every library. */
  allowedImporters: {
    '@nats-io/*': ['libs/consumer/src/', 'libs/messaging/src/', 'tools/bench/harness/raw-nats.mjs'],
    '@opentelemetry/*': ['libs/messaging/src/spans.ts', 'libs/service/src/start-tracing.ts'],
    bullmq: ['libs/service/src/jobs.ts'],
    ioredis: ['libs/service/src/jobs.ts'],
    jose: [
      'libs/service/src/token-verifier.ts',
      'libs/testing/src/sign-access-token.ts',
      'apps/identity/src/sessions/',
    ],
    nodemailer: ['apps/reminders/src/delivery/'],
    'smtp-server': [
      'apps/reminders/test/test-mailbox.ts',
      'apps/all-in-one/src/mail-catcher/',
      'apps/all-in-one/src/mail-catcher.ts',
    ],
    'postal-mime': [
      'apps/reminders/test/test-mailbox.ts',
      'apps/search/src/messages/parse/',
      'apps/all-in-one/src/mail-catcher/',
      'apps/all-in-one/src/mail-catcher.ts',
    ],
    pdfkit: ['apps/billing/src/documents/pdf/', 'tools/bench/papers/plain-bill.worker.mjs'],
    swissqrbill: ['apps/billing/src/documents/pdf/', 'tools/bench/papers/plain-bill.worker.mjs'],
    '@bull-board/*': ['libs/service/src/queue-board.ts'],
  },

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

  /** Libraries of pure rules, without frameworks. */
  pureLibraries: ['libs/contracts', 'libs/money', 'libs/calendar'],

  /** Files that may read the environment, besides `src/config.ts` of each app. */
  environmentReaders: ['libs/service/src/config.ts', 'libs/testing/src/'],

  /** Words that are not allowed in names of files and folders, because they do not describe the content. */
  bannedWords: ['util', 'utils', 'helper', 'helpers', 'common', 'dto', 'manager', 'impl'],
};

const root = path.resolve(import.meta.dirname, '..');
const workspace = readProjects(root);
const findings = new Set(
  Object.values(rules)
    .flatMap((rule) => rule(workspace, workspaceRules))
    .map(({ where, problem }) => `${where}  ${problem}`),
);
for (const finding of findings) console.log(finding);
if (findings.size > 0) process.exitCode = 1;
else {
  const fileCount = workspace.projects.reduce((sum, { files }) => sum + files.length, 0);
  console.log(`${workspace.projects.length} projects, ${fileCount} files`);
}
