import { describe, expect, test } from '@jest/globals';
import { readOptions } from './options.mjs';

describe('the options of npm run load', () => {
  test('have defaults for npm start', () => {
    expect(readOptions(['reads'])).toMatchObject({
      scenario: 'reads',
      url: 'http://127.0.0.1:3000',
      mail: 'http://127.0.0.1:3025',
      email: 'staff@cordee.example',
      rate: 20,
      duration: 30,
      warmUp: 5,
      findKnee: false,
      thresholds: [],
      ops: [],
      seed: 1,
    });
  });

  test('select rates, data, a second scenario and thresholds', () => {
    const options = readOptions(
      'writes-one --url https://api.example:8443/ --rate 500 --beside reads:50 --people 20 --warm-up 0 --knee-share 0.5'
        .split(' ')
        .concat(['--threshold', 'p99<50', '--threshold', 'beside.errors<0.1%', '--ops', '9100']),
    );
    expect(options).toMatchObject({
      url: 'https://api.example:8443',
      mail: 'https://api.example:3025',
      rate: 500,
      beside: { scenario: 'reads', rate: 50 },
      people: 20,
      warmUp: 0,
      kneeShare: 0.5,
      ops: [{ name: 'port 9100', url: 'http://api.example:9100/metrics', isPort: true }],
    });
    expect(options.thresholds.map(({ text }) => text)).toEqual(['p99<50', 'beside.errors<0.1%']);
  });

  test('have one person per organization without mail', () => {
    expect(readOptions(['writes-one', '--mail', 'none'])).toMatchObject({ mail: undefined, people: 1 });
    expect(() => readOptions(['reads', '--mail', 'none', '--people', '2'])).toThrow('--people: with --mail none');
  });

  test('have shorter phases in a ramp', () => {
    expect(readOptions(['reads', '--ramp', '10:30:10'])).toMatchObject({ ramp: [10, 20, 30], duration: 10 });
  });

  test.each([[['--help']], [['reads', '-h']]])('are undefined for %j, so that the help is printed', (args) => {
    expect(readOptions(args)).toBeUndefined();
  });

  test.each([
    [['write'], '"write" is not a scenario: use reads, writes-many'],
    [['toString'], '"toString" is not a scenario'],
    [['reads', 'mixed'], '"reads mixed" is not a scenario'],
    [[], 'The scenario is missing: use reads, writes-many'],
    [['--rate', '5'], 'The scenario is missing: use reads, writes-many'],
    [['reads', '--rate', 'fast'], '--rate fast: must be a number from 0.1 to 100000'],
    [['reads', '--rate', ''], '--rate : must be a number'],
    [['reads', '--duration', '20s'], '--duration 20s: must be a number of seconds from 1 to 86400'],
    [['reads', '--people', '2.5'], '--people 2.5: must be a whole number from 1 to 100'],
    [['reads', '--url', 'localhost:3000'], '--url localhost:3000: must be an address'],
    [['reads', '--beside', 'reads'], '--beside reads: must be a scenario and a rate'],
    [
      ['reads', '--beside', 'none:5'],
      '--beside none:5: must be a scenario and a rate, such as reads:50. Scenarios: reads',
    ],
    [['reads', '--ramp', '10:5:1'], '--ramp 10:5:1: must be FROM:TO:STEP'],
    [['reads', '--ramp', '1:5:1', '--rate', '5'], '--ramp cannot be combined'],
    [['reads', '--threshold', 'p42<5'], '--threshold \'p42<5\': "p42" is not a metric'],
    [['reads', '--threshold', 'createTeam.p99<5'], 'reads has no step "createTeam": use listDocuments'],
    [['reads', '--threshold', 'beside.p99<5'], 'the prefix "beside" needs --beside'],
    [['reads', '--beside', 'orders:5', '--threshold', 'beside.getMe.p99<5'], 'orders has no step "getMe"'],
    [['reads', '--fast'], "Unknown option '--fast'"],
  ])('are rejected when they are %j', (args, message) => {
    expect(() => readOptions(args)).toThrow(message);
  });
});
