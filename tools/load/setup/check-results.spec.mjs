import { expect, test } from '@jest/globals';
import { compareCount } from './check-results.mjs';

const outcomes = (ok, shed = 0, error = 0) => ({ ok, shed, error });

test.each([
  ['equals the answers is accepted', 13, { createTeam: outcomes(10), deleteTeam: outcomes(3) }, true],
  ['lacks a team is rejected', 12, { createTeam: outcomes(10), deleteTeam: outcomes(3) }, false],
  ['has a team twice is rejected', 14, { createTeam: outcomes(10), deleteTeam: outcomes(3) }, false],
  [
    'has a team whose answer was lost is accepted',
    14,
    { createTeam: outcomes(10, 0, 1), deleteTeam: outcomes(3) },
    true,
  ],
  [
    'lacks a team that a shed request deleted is accepted',
    12,
    { createTeam: outcomes(10), deleteTeam: outcomes(3, 1) },
    true,
  ],
  [
    'lacks a team although only a creation was lost is rejected',
    12,
    { createTeam: outcomes(10, 0, 1), deleteTeam: outcomes(3) },
    false,
  ],
  ['equals the answers of a run without deletions is accepted', 16, { createTeam: outcomes(10) }, true],
])('a number of teams that %s', (_, found, totals, isMet) => {
  expect(compareCount(found, 6, totals)).toMatchObject({ isMet });
});
