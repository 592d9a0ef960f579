import { spawnSync } from 'node:child_process';
import { describe, expect, it } from '@jest/globals';
import { cloneRoot } from '../infra/profile.mjs';
import { readEventEntities } from './event-entities.mjs';
import { escapeControls } from './escape-controls.mjs';
import { deadLetterLine, eventLine } from './event-line.mjs';
import { checkFilter, parseInstant, parseSubscription } from './stream-options.mjs';
import { examine } from './validate.mjs';

const now = new Date('2026-01-31T09:00:00Z');

it.each([
  [undefined, undefined],
  ['30s', '2026-01-31T08:59:30.000Z'],
  ['10m', '2026-01-31T08:50:00.000Z'],
  ['2h', '2026-01-31T07:00:00.000Z'],
  ['1d', '2026-01-30T09:00:00.000Z'],
  ['2026-01-31T10:00:00+02:00', '2026-01-31T08:00:00.000Z'],
])('parses --since %s as the instant %s', (text, instant) => {
  expect(parseInstant(text, now)?.toISOString()).toBe(instant);
});

it.each(['yesterday', '10', '-1m', '10 m', '2026-13-01'])('rejects --since %s', (text) => {
  expect(() => parseInstant(text, now)).toThrow(/neither/);
});

describe('the filter', () => {
  const entitiesByService = new Map([
    ['identity', new Set(['sign_up'])],
    ['billing', new Set(['order', 'invoice'])],
  ]);

  it.each(['billing', 'billing.invoice', 'identity.sign_up'])('%s is accepted', (text) => {
    expect(checkFilter(text, entitiesByService)).toBe(text);
  });

  it.each(['evt.billing.>', 'Billing', 'gateway', 'invoice', ''])('"%s" is rejected with the services', (text) => {
    expect(() => checkFilter(text, entitiesByService)).toThrow(/matches no events: use one of identity, billing,/);
  });

  it.each(['billing.*', 'billing.nothing', 'billing.invoice.paid', 'billing.sign_up', 'billing.'])(
    '%s is rejected with the entities of the service',
    (text) => {
      expect(() => checkFilter(text, entitiesByService)).toThrow(
        `--filter ${text} matches no events: use billing, or one of billing.order, billing.invoice.`,
      );
    },
  );

  it('can name each entity of each service that publishes events', async () => {
    const all = await readEventEntities();
    for (const [service, entities] of all)
      for (const entity of entities) expect(checkFilter(`${service}.${entity}`, all)).toBe(`${service}.${entity}`);
    expect([...all.get('billing')]).toContain('invoice');
  });
});

it.each([
  [['tail', '--service', 'billing'], 'tail does not take --service'],
  [['unsubscribe', '--durable', 'warehouse', '--filter', 'billing.invoice'], 'unsubscribe does not take --filter'],
  [['validate', '--json'], 'validate does not take --json'],
])('refuses options of other commands: %j', (parameters, problem) => {
  const { stderr, status } = spawnSync(process.execPath, ['tools/events.mjs', ...parameters], { cwd: cloneRoot });
  expect([String(stderr), status]).toEqual([expect.stringContaining(problem), 2]);
});

describe('the options of subscribe', () => {
  const entitiesByService = new Map([
    ['identity', new Set(['member'])],
    ['billing', new Set(['invoice'])],
  ]);
  const names = { entitiesByService, users: ['identity', 'billing', 'gateway', 'operator'] };
  it.each([
    [
      { durable: 'warehouse', service: 'billing' },
      { entity: undefined, from: 'all' },
    ],
    [
      { durable: 'warehouse', service: 'billing', filter: 'billing.invoice', from: '1d' },
      { entity: 'invoice', from: new Date('2026-01-30T09:00:00Z') },
    ],
    [
      { durable: 'warehouse', service: 'billing', filter: 'billing', from: 'new' },
      { entity: undefined, from: 'new' },
    ],
  ])('%j are accepted', (options, expected) => {
    expect(parseSubscription(options, names, now)).toEqual({ tool: 'warehouse', service: 'billing', ...expected });
  });

  it.each([
    [{ service: 'billing' }, /--durable/],
    [{ durable: 'identity', service: 'billing' }, /not a user of Cordée/],
    [{ durable: 'operator', service: 'billing' }, /not a user of Cordée/],
    [{ durable: 'warehouse' }, /--service/],
    [{ durable: 'warehouse', service: 'gateway' }, /--service/],
    [{ durable: 'warehouse', service: 'billing', filter: 'identity.member' }, /no events of billing/],
    [{ durable: 'warehouse', service: 'billing', filter: 'billing.nothing' }, /use billing, or one of billing.invoice/],
    [{ durable: 'warehouse', service: 'billing', from: 'yesterday' }, /--from yesterday is neither/],
  ])('%j are rejected', (options, problem) => {
    expect(() => parseSubscription(options, names, now)).toThrow(problem);
  });
});

it('formats an event as one line', () => {
  const event = {
    time: '2026-01-31T09:00:00.000Z',
    type: 'cordee.billing.invoice.paid.v1',
    subject: 'inv_1',
    actorid: 'service:billing',
    sequence: 3,
  };
  expect(eventLine(event).split(/ {2,}/)).toEqual([
    '2026-01-31T09:00:00.000Z',
    'billing.invoice.paid',
    'inv_1',
    '–',
    'service:billing',
    '#3',
  ]);
});

it('shows control characters of events and dead letters as escapes', () => {
  const id = 'inv_\x1b]0;title\x07\n';
  const event = { time: '', type: 'a', subject: id, actorid: '\u009b', sequence: 1 };
  expect(eventLine(event)).toContain('inv_\\u001b]0;title\\u0007\\u000a');
  expect(eventLine(event)).toContain('\\u009b');
  const letter = { id: '7', createdAt: '', subject: 'evt', attempts: 1, event: null };
  expect(deadLetterLine({ ...letter, reason: '\x1b[2J' })).toMatch(/1 attempt: \\u001b\[2J$/);
  expect(JSON.parse(escapeControls(JSON.stringify({ id, actor: '\u009b\u2028' })))).toEqual({
    id,
    actor: '\u009b\u2028',
  });
});

it('formats a dead letter as one line, even if it is not an event', () => {
  const letter = {
    id: '7',
    createdAt: '2026-01-31T09:00:00.000Z',
    subject: 'evt.x.y.z.v1',
    attempts: 5,
    reason: 'first line\nsecond',
    event: null,
  };
  expect(deadLetterLine(letter)).toBe(
    '     7  2026-01-31T09:00:00.000Z  evt.x.y.z.v1  not an event  5 attempts: first line',
  );
});

it('reports text that is not JSON, and an event on a wrong subject', () => {
  const problemsOf = (text, subject) => examine({ check: () => [], unknownFields: () => [] }, text, subject).problems;
  expect(problemsOf('{', undefined)).toEqual(['not JSON']);
  expect(problemsOf('{"type":"cordee.a.b.c.v1"}', 'evt.a.b.c.v1')).toEqual([]);
  expect(problemsOf('{"type":"cordee.a.b.c.v1"}', 'evt.a.b.d.v1')).toEqual([
    'cordee.a.b.c.v1 on the subject evt.a.b.d.v1',
  ]);
});

it('reports the unknown fields of an event apart from its problems', () => {
  const check = { check: () => [], unknownFields: () => ['data.lines.3.note', 'color'] };
  expect(examine(check, '{"type":"cordee.a.b.c.v1"}', undefined)).toEqual({
    problems: [],
    type: 'cordee.a.b.c.v1',
    unknownFields: ['data.lines[].note', 'color'],
  });
});
