import { expect, test } from '@jest/globals';
import { attackList } from './attack-list.mjs';
import { entryResults, selectEntries } from './select-entries.mjs';

test('without names, all entries are selected', () => {
  expect(selectEntries([]).entries.map(({ key }) => key)).toEqual(attackList.map(({ key }) => key));
});

test.each([
  ['a key', 'slow-clients', ['slow-clients', 'greedy-pipelining'], ['libs/testing/src/service/connection-limits']],
  ['an id', 'S18', ['slow-clients', 'greedy-pipelining'], ['libs/testing/src/service/connection-limits']],
  ['the name of an attack', 'greedy-pipelining', ['greedy-pipelining'], []],
])('%s selects its attacks and specs', (_, name, attackNames, specs) => {
  expect(selectEntries([name])).toMatchObject({ attackNames, specs });
});

test('with live, specs and entries that have only specs are left out', () => {
  const { entries, specs } = selectEntries(['slow-clients', 'values-in-logs', 'private-addresses'], { live: true });
  expect([entries.map(({ key }) => key), specs]).toEqual([['slow-clients', 'private-addresses'], []]);
});

test('an unknown name is refused', () => {
  expect(() => selectEntries(['slow-clients', 'nothing'])).toThrow('There is no attack nothing');
});

test('an entry fails when one of its attacks or specs fails', () => {
  const { entries } = selectEntries(['slow-clients']);
  const attack = (name, ok) => ({ name, ok, sent: '', figures: [] });
  const spec = attack('libs/testing/src/service/connection-limits', true);
  const attacks = [attack('slow-clients', true), attack('greedy-pipelining', false)];
  expect(entryResults(entries, attacks, [spec])).toMatchObject([{ key: 'slow-clients', ok: false }]);
});
