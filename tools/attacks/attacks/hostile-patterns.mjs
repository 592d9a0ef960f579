import { exampleInput } from '../example-input.mjs';
import { fieldsOf, isText, withField } from '../fields.mjs';
import { atMost, judge, measured, none } from '../judge.mjs';
import { unlimited } from '../unlimited.mjs';

const LENGTH = 100_000;
const LIMIT_MS = 10;
const RUNS = 3;
const fill = (unit, end = '') => unit.repeat(Math.ceil(LENGTH / unit.length)).slice(0, LENGTH) + end;

/** Texts on which regular expressions with nested or overlapping repetitions backtrack (ReDoS). */
const hostileTexts = [
  fill('a'),
  fill('a', '!'),
  fill('0'),
  fill('0', 'x'),
  fill(' ', 'x'),
  fill('\u200b', '\n'),
  fill('a.', '@'),
  fill('a@'),
  fill('@a.'),
  fill('-_', '!'),
  fill('2026-01-31T', 'Z'),
  fill('A', '1'),
  fill('a_', '-'),
  fill('\u0301'),
  fill('e\u0301', '\u0000'),
];

export const attack = {
  name: 'hostile-patterns',
  env: unlimited,
  shows: 'No text of 100 kB in a field of a call takes the validation longer than 10 ms',
  async run() {
    const { contracts } = await import('@cordee/contracts/catalogue');
    const slow = [];
    let [count, slowest] = [0, 0];
    for (const [name, contract] of contracts) {
      const valid = exampleInput(contract, {});
      for (const { path } of (await fieldsOf(contract)).filter(isText)) {
        for (const [index, text] of hostileTexts.entries()) {
          const ms = fastest(() => contract.input.safeParse(withField(valid, path, text)));
          count += 1;
          slowest = Math.max(slowest, ms);
          if (ms > LIMIT_MS) slow.push(`${name} ${path.join('.')}, text ${index}: ${Math.round(ms)} ms`);
        }
      }
    }
    return judge(
      `${count} texts of 100 kB`,
      { ...none(`texts that take longer than ${LIMIT_MS} ms`, slow), isTime: true },
      { ...atMost('slowest validation', slowest, LIMIT_MS, 'ms'), isTime: true },
      measured('fields with texts', count / hostileTexts.length),
    );
  },
};

/** The fastest of several runs: the others can contain a garbage collection. */
function fastest(run) {
  const times = Array.from({ length: RUNS }, () => {
    const startedAt = performance.now();
    run();
    return performance.now() - startedAt;
  });
  return Math.min(...times);
}
