import { describe, expect, it } from '@jest/globals';
import { events } from './catalogue.ts';
import { EventCheck } from './check-events.ts';
import { exampleEvent, type CloudEvent } from './cloud-event.ts';
import type { EventContract } from './contract.ts';

const [firstContract, ...otherContracts] = [...events.values()].filter(
  (contract) => 'organizationId' in (contract.example as object),
) as [EventContract, ...EventContract[]];
const secondContract = otherContracts.find(({ entity }) => entity !== firstContract.entity)!;

/** A valid event: the example of the contract, with changes. */
const eventOf = (contract: EventContract, sequence: number, change: Partial<CloudEvent> = {}): CloudEvent => ({
  ...exampleEvent(contract),
  sequence,
  ...change,
});

const check = (values: unknown[], options = {}): string[][] => {
  const eventCheck = new EventCheck(events.values(), options);
  return values.map((value) => eventCheck.check(value));
};

it.each([...events])('accepts the example of %s', (_, contract) => {
  expect(check([eventOf(contract, 1)])).toEqual([[]]);
});

it('accepts an event without an organization when the event concerns only an account', () => {
  const contract = events.get('messageSent')!;
  const event = eventOf(contract, 1);
  expect(
    check([{ ...event, organizationid: undefined, data: { ...(event.data as object), organizationId: null } }]),
  ).toEqual([[]]);
});

it('accepts unknown fields of newer publishers, and lists them', () => {
  const eventCheck = new EventCheck(events.values());
  const event = eventOf(firstContract, 1);
  const newer = { ...event, color: 'red', data: { ...(event.data as object), note: 1 } };
  expect(eventCheck.check(newer)).toEqual([]);
  expect(eventCheck.unknownFields(newer).sort()).toEqual(['color', 'data.note']);
});

describe('an event is invalid when it', () => {
  it.each<[string, unknown, RegExp]>([
    ['is not an object', 'text', /not a CloudEvent/],
    ['has no sequence', { ...eventOf(firstContract, 1), sequence: undefined }, /sequence/],
    [
      'has a type that no contract declares',
      eventOf(firstContract, 1, { type: 'cordee.billing.invoice.eaten.v1' }),
      /is not declared/,
    ],
    ['has data that does not match its contract', eventOf(firstContract, 1, { data: {} }), /^data\./],
    [
      'names another schema of its data',
      eventOf(firstContract, 1, { dataschema: 'urn:cordee:schema:evt.billing.invoice.eaten.v1' }),
      /^dataschema is urn:cordee:schema:evt\.billing\.invoice\.eaten\.v1/,
    ],
    ['names another service as its source', eventOf(firstContract, 1, { source: '/elsewhere' }), /comes from/],
    [
      'has another entity in its envelope than in its data',
      eventOf(firstContract, 1, { subject: 'other' }),
      /subject is other/,
    ],
    [
      'has another organization in its envelope than in its data',
      eventOf(firstContract, 1, { organizationid: 'org_other' }),
      /organizationid is org_other/,
    ],
    [
      'has an organization in its data, but not in its envelope',
      eventOf(firstContract, 1, { organizationid: undefined }),
      /organizationid is missing/,
    ],
  ])('%s', (_, value, problem) => {
    expect(check([value])[0]![0]).toMatch(problem);
  });
});

describe('the events of an entity', () => {
  const eventsWithSequences = (...sequences: number[]): CloudEvent[] =>
    sequences.map((sequence) => eventOf(firstContract, sequence));

  it.each<[string, number[], number[]]>([
    ['in order', [1, 2, 3], []],
    ['with a gap', [1, 3, 4], [1]],
    ['with a duplicate', [1, 2, 2, 3], [2]],
    ['out of order: a gap, then a late event', [1, 3, 2, 4], [1, 2]],
    ['without the first event', [2, 3], [0]],
  ])('%s (sequences %j) have problems at the indexes %j', (_, sequences, invalidIndexes) => {
    expect(
      check(eventsWithSequences(...sequences)).flatMap((problems, index) => (problems.length ? [index] : [])),
    ).toEqual(invalidIndexes);
  });

  it.each<[number[], number[]]>([
    [[5, 9, 12], []],
    [[5, 9, 9], [2]],
  ])(
    'may have gaps, but no duplicates in an excerpt: the sequences %j have problems at the indexes %j',
    (sequences, invalidIndexes) => {
      expect(
        check(eventsWithSequences(...sequences), { isExcerpt: true }).flatMap((problems, index) =>
          problems.length ? [index] : [],
        ),
      ).toEqual(invalidIndexes);
    },
  );

  it('have sequences that are independent of other entities', () => {
    expect(
      check([
        eventOf(firstContract, 1),
        eventOf(secondContract, 1, {
          subject: (secondContract.example as Record<string, string>)[secondContract.entity]!,
        }),
        eventOf(firstContract, 2),
      ])
        .flat()
        .filter((problem) => problem.startsWith('sequence')),
    ).toEqual([]);
  });

  it('count in the sequence also when their data is invalid', () => {
    expect(check([eventOf(firstContract, 1, { data: {} }), eventOf(firstContract, 2)])[1]).toEqual([]);
  });
});
