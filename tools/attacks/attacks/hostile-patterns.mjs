import { exampleInput } from '../example-input.mjs';
import { fieldsOf, isText, withField } from '../fields.mjs';
import { atMost, judge, measured, none } from '../judge.mjs';
import { unlimitedEnv } from '../unlimited-env.mjs';

const LENGTH = 100_000;
const LIMIT_MS = 10;
const RUNS = 3;
const longText = (unit, end = '') => unit.repeat(Math.ceil(LENGTH / unit.length)).slice(0, LENGTH) + end;

/** Texts on which regular expressions with nested or overlapping repetitions backtrack (ReDoS). */
const hostileTexts = [
  longText('a'),
  longText('a', '!'),
  longText('0'),
  longText('0', 'x'),
  longText(' ', 'x'),
  longText('\u200b', '\n'),
  longText('a.', '@'),
  longText('a@'),
  longText('@a.'),
  longText('-_', '!'),
  longText('2026-01-31T', 'Z'),
  longText('A', '1'),
  longText('a_', '-'),
  longText('\u0301'),
  longText('e\u0301', '\u0000'),
];

export const attack = {
  name: 'hostile-patterns',
  env: unlimitedEnv,
  shows: 'No text of 100 kB in a field of a call takes the validation longer than 10 ms',
  async run() {
    const { contracts } = await import('@cordee/contracts/catalogue');
    const slowTexts = [];
    let [count, slowest] = [0, 0];
    for (const [name, contract] of contracts) {
      const valid = exampleInput(contract, {});
      for (const { path } of (await fieldsOf(contract)).filter(isText)) {
        for (const [index, text] of hostileTexts.entries()) {
          const ms = fastestMs(() => contract.input.safeParse(withField(valid, path, text)));
          count += 1;
          slowest = Math.max(slowest, ms);
          if (ms > LIMIT_MS) slowTexts.push(`${name} ${path.join('.')}, text ${index}: ${Math.round(ms)} ms`);
        }
      }
    }
    return judge(
      `${count} texts of 100 kB`,
      { ...none(`texts that take longer than ${LIMIT_MS} ms`, slowTexts), isTime: true },
      { ...atMost('slowest validation', slowest, LIMIT_MS, 'ms'), isTime: true },
      measured('fields with texts', count / hostileTexts.length),
    );
  },
};

/** Returns the time of the fastest run in milliseconds: other runs can contain a garbage collection. */
function fastestMs(run) {
  const times = Array.from({ length: RUNS }, () => {
    const startedAt = performance.now();
    run();
    return performance.now() - startedAt;
  });
  return Math.min(...times);
}
