// Who may import whom. Runs in `npm test`, in well under a second, on nothing but Node.
import path from 'node:path';
import { readProjects } from './boundaries/read-projects.mjs';
import * as rules from './boundaries/rules.mjs';

const houseRules = {
  /** By tag in package.json (`nx.tags`): what a project may depend on. */
  mayDependOn: {
    'type:app': ['type:lib'],
    'type:lib': ['type:lib'],
    'type:tool': ['type:lib', 'type:app'],
  },

  /** Composes the apps into one process, and is the only one that may import them. */
  composers: ['apps/all-in-one'],

  /** Projects that import these packages and nothing else, not even Node's modules. */
  importsOnly: {
    'libs/contracts': ['zod'],
  },

  /** Libraries whose adapters are their only importers: library → files, or folders with a slash at the end. Specs may look behind. */
  homes: {
    '@nats-io/*': ['libs/messaging/src/', 'tools/bench/harness/raw-nats.mjs'],
    bullmq: ['libs/service/src/jobs.ts'],
    ioredis: ['libs/service/src/jobs.ts'],
    jose: ['libs/service/src/token-verifier.ts', 'libs/testing/src/test-service.ts', 'apps/identity/src/sessions/'],
    nodemailer: ['apps/reminders/src/delivery/'],
    'smtp-server': [
      'apps/reminders/test/test-mailbox.ts',
      'apps/all-in-one/src/mail-catcher/',
      'apps/all-in-one/src/mail-catcher.ts',
    ],
    'postal-mime': [
      'apps/reminders/test/test-mailbox.ts',
      'apps/search/src/messages/ingest/',
      'apps/all-in-one/src/mail-catcher/',
      'apps/all-in-one/src/mail-catcher.ts',
    ],
    pdfkit: ['apps/billing/src/documents/pdf/'],
    swissqrbill: ['apps/billing/src/documents/pdf/'],
    '@bull-board/*': ['libs/service/src/queue-board.ts'],
  },

  /** Files of an app that may import Nest: doors, the definition of the service (its module), the process itself, and all of the gateway, which is made of HTTP. */
  nestHomes: [/\.(commands|queries|reactions|jobs|service)\.ts$/, /\/src\/main\.ts$/, /^apps\/(gateway|all-in-one)\//],

  /** Files of an app that may use the EntityManager freely; others take it, or a context that holds it, as the first argument of a function. */
  entityManagerHomes: [
    /\.(commands|queries|reactions|jobs|service)\.ts$/,
    /\/(main|config|orm\.config)\.ts$/,
    /\/migrations\//,
  ],

  /** Functions that only these files may import: name → files. A named role of the database sees every organization. */
  nameHomes: {
    setRole: [
      'libs/service/src/request-pipeline.ts',
      'libs/service/src/background-transactions.ts',
      'libs/service/src/dead-letters.ts',
      'libs/service/src/database/locked-outbox.ts',
      'apps/search/src/search/find-results.ts',
      'apps/products/src/transfers/across-organizations.ts',
    ],
  },

  /** Libraries of rules: they know nothing of frameworks. */
  pureLibraries: ['libs/contracts', 'libs/money', 'libs/calendar'],

  /** The only files that read the environment, besides `src/config.ts` of each app. */
  environmentReaders: ['libs/service/src/config.ts', 'libs/testing/src/'],

  /** Words no file or folder is named with: they say where something was put, not what it is. */
  bannedWords: ['util', 'utils', 'helper', 'helpers', 'common', 'dto', 'manager', 'impl'],
};

const root = path.resolve(import.meta.dirname, '..');
const house = readProjects(root);
const findings = new Set(
  Object.values(rules)
    .flatMap((rule) => rule(house, houseRules))
    .map(({ where, what }) => `${where}  ${what}`),
);
for (const finding of findings) console.log(finding);
if (findings.size > 0) process.exitCode = 1;
else
  console.log(
    `${house.projects.length} projects, ${house.projects.reduce((sum, { files }) => sum + files.length, 0)} files`,
  );
