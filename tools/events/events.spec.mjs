import { expect, it } from '@jest/globals';
import { deadLetterLine, eventLine } from './event-line.mjs';
import { checkFilter, instantOf } from './since.mjs';
import { problemsOf } from './validate.mjs';

const now = new Date('2026-01-31T09:00:00Z');

it.each([
  [undefined, undefined],
  ['30s', '2026-01-31T08:59:30.000Z'],
  ['10m', '2026-01-31T08:50:00.000Z'],
  ['2h', '2026-01-31T07:00:00.000Z'],
  ['1d', '2026-01-30T09:00:00.000Z'],
  ['2026-01-31T10:00:00+02:00', '2026-01-31T08:00:00.000Z'],
])('--since %s', (text, instant) => {
  expect(instantOf(text, now)?.toISOString()).toBe(instant);
});

it.each(['yesterday', '10', '-1m', '10 m', '2026-13-01'])('refuses --since %s', (text) => {
  expect(() => instantOf(text, now)).toThrow(/neither/);
});

it.each(['billing', 'billing.invoice', 'identity.sign_up'])('takes --filter %s', (text) => {
  expect(checkFilter(text)).toBe(text);
});

it.each(['evt.billing.>', 'billing.*', 'Billing', 'billing.invoice.paid', ''])('refuses --filter "%s"', (text) => {
  expect(() => checkFilter(text)).toThrow(/neither/);
});

it('shows an event on one line', () => {
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

it('shows a dead letter on one line, also one that is no event', () => {
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

it('tells text that is no JSON, and an event on a subject that is not its own', () => {
  const check = { check: () => [] };
  expect(problemsOf(check, '{', undefined)).toEqual(['not JSON']);
  expect(problemsOf(check, '{"type":"cordee.a.b.c.v1"}', 'evt.a.b.c.v1')).toEqual([]);
  expect(problemsOf(check, '{"type":"cordee.a.b.c.v1"}', 'evt.a.b.d.v1')).toEqual([
    'cordee.a.b.c.v1 on the subject evt.a.b.d.v1',
  ]);
});
