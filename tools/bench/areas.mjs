/** The areas that can be measured. An area has a file, and the titles of its measurements by id. */
export const areas = {
  access: {
    title: 'access: decisions, lists and revocations',
    file: './access/area.mjs',
    measurements: {
      P1a: 'checks from the access cache of a process',
      P1b: 'first check about an organization that is not in memory',
      P1c: 'checks over NATS',
      P1d: '100 checks in one call; the list of visible products',
      P1e: 'time until a revoked right has no effect',
      growth: 'time and memory in organizations of three sizes',
    },
  },
  billing: {
    title: 'billing: renewals and payments in sets',
    file: './billing/area.mjs',
    measurements: {
      P3a: 'renewals that become posted invoices',
      P3d: 'payments of a bank file',
      P3g: 'pages of a long history among the documents of all organizations',
      P3h: 'parallel finalizations in one series of numbers',
      P3i: 'a bank file of 200 MiB that is imported as a job',
    },
  },
  // The name of the area is part of the command, so it stays; the folder is called `documents`.
  papers: {
    title: 'papers: PDFs and exports of documents',
    file: './documents/area.mjs',
    measurements: {
      P3b: 'invoices as PDF with QR-bill',
      P3c: 'the CSV of 1,000,000 documents',
    },
  },
  platform: {
    title: 'platform: calls through all parts, events, round trips, memory',
    file: './platform/area.mjs',
    measurements: {
      P2a: 'request and reply over NATS',
      P2b: 'gateway → NATS → service, without database',
      P2c: 'events published durably',
      P2d: 'events consumed by one consumer',
      P2e: 'time from a commit to its effect in another service',
      P2f: 'reads through gateway, NATS and service',
      P2g: 'writes through gateway, NATS and service, also above the capacity',
      P2h: 'PostgreSQL round trips per call',
      P2i: 'statements with and without row-level security',
      P6a: 'rate at which the relay drains a backlog of the outbox',
      P7: 'CPU time of calls and events',
      P9: 'memory after the start',
    },
  },
};
