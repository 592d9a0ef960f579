import { DatabaseSync } from 'node:sqlite';
import { events } from '@cordee/contracts/catalogue';
import { exampleEvent } from '@cordee/contracts/cloud-event';
import { invoicePaid } from '@cordee/contracts/billing/document-events';
import { describe, expect, it } from '@jest/globals';
import { brokerAddress } from './broker-address.ts';
import { claimEvent, handledEventTableSql, type Query } from './claim-event.ts';
import { isEvent, readEvent } from './read-event.ts';

const paid = exampleEvent(invoicePaid);

describe('an event that is read', () => {
  it.each([...events])('is returned unchanged: %s', (_, contract) => {
    expect(readEvent(exampleEvent(contract))).toEqual(exampleEvent(contract));
  });

  it('may have unknown fields and an unknown type, which are kept', () => {
    const newer = { ...paid, color: 'red', data: { ...paid.data, note: 1 } };
    expect(readEvent(newer)).toEqual(newer);
    expect(readEvent({ ...newer, type: 'cordee.billing.invoice.eaten.v1' })).toMatchObject({ data: { note: 1 } });
  });

  it('is refused without an envelope or with wrong data', () => {
    expect(() => readEvent({ data: {} })).toThrow();
    expect(() => readEvent({ ...paid, data: {} })).toThrow();
  });

  it('is recognized by its own contract only', () => {
    const others = [...events.values()].filter((contract) => contract !== invoicePaid);
    expect(isEvent(invoicePaid, readEvent(paid))).toBe(true);
    expect(others.some((contract) => isEvent(contract, readEvent(paid)))).toBe(false);
  });
});

it('an event is claimed once, and never after a later event of its entity', async () => {
  const database = new DatabaseSync(':memory:');
  database.exec(handledEventTableSql);
  const query: Query = async (sql, parameters) => ({
    rows: database.prepare(sql.replaceAll('$', '?')).all(...(parameters as string[])),
  });
  const claim = (subject: string, sequence: number): Promise<boolean> =>
    claimEvent(query, { source: '/billing', subject, sequence });
  expect([await claim('a', 1), await claim('a', 1), await claim('a', 2), await claim('a', 1)]).toEqual([
    true,
    false,
    true,
    false,
  ]);
  expect(await claim('b', 1)).toBe(true);
});

it.each(['', 'warehouse:secret', undefined])(
  'the error for the broker address %j does not contain the address',
  (url) => {
    expect(() => brokerAddress(url)).toThrow(
      new TypeError('The address of the broker is missing or is not nats://user:password@host:4222'),
    );
  },
);
