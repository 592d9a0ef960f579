/** npm package → the only files and folders (ending in a slash) that may import it. Specs may import every package. */
export const packageImporters = {
  '@nats-io/*': ['libs/consumer/src/', 'libs/messaging/src/', 'tools/bench/harness/raw-nats.mjs'],
  '@opentelemetry/*': ['libs/messaging/src/spans.ts', 'libs/service/src/start-tracing.ts'],
  bullmq: ['libs/service/src/jobs.ts'],
  ioredis: ['libs/service/src/jobs.ts'],
  jose: ['libs/service/src/token-verifier.ts', 'libs/testing/src/sign-access-token.ts', 'apps/identity/src/sessions/'],
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
  pdfkit: ['apps/billing/src/documents/pdf/', 'tools/bench/documents/swissqrbill-baseline.worker.mjs'],
  swissqrbill: ['apps/billing/src/documents/pdf/', 'tools/bench/documents/swissqrbill-baseline.worker.mjs'],
  '@bull-board/*': ['libs/service/src/queue-board.ts'],
};
