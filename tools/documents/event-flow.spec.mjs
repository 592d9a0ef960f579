import path from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { eventFlow, readConsumers } from './event-flow.mjs';

const event = (subject, entity) => ({ subject, summary: `Summary of ${subject}`, entity });
const events = new Map([
  ['invoicePaid', event('evt.billing.invoice.paid.v1', 'documentId')],
  ['teamCreated', event('evt.teams.team.created.v1', 'teamId')],
]);

describe('the document of the event flow', () => {
  it('names the publisher and the consumers of each event', () => {
    const text = eventFlow(events, new Map([['invoicePaid', new Set(['reminders', 'search'])]]));
    expect(text).toContain(
      '| `invoicePaid` | `evt.billing.invoice.paid.v1` | Summary of evt.billing.invoice.paid.v1 ' +
        '| `documentId` | reminders, search |',
    );
    expect(text).toContain('| `teamId` | – |');
  });

  it('draws one arrow per pair of services, with the number of event kinds', () => {
    const moreEvents = new Map([...events, ['invoiceIssued', event('evt.billing.invoice.issued.v1', 'documentId')]]);
    const consumers = new Map([
      ['invoicePaid', new Set(['search'])],
      ['invoiceIssued', new Set(['search'])],
    ]);
    expect(eventFlow(moreEvents, consumers)).toContain('  billing -->|2| search\n');
  });

  it('gets the consumers from the sources of the services', () => {
    const consumers = readConsumers(path.resolve(import.meta.dirname, '../..'));
    expect([...consumers.get('memberRemoved')]).toEqual(expect.arrayContaining(['products', 'search', 'teams']));
  });
});
