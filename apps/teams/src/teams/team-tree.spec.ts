import { describe, expect, it } from '@jest/globals';
import { DomainError } from '@cordee/contracts/domain-error';
import fc from 'fast-check';
import { assertParent, MAX_DEPTH, type TeamTree } from './team-tree.ts';

type TeamId = `team_${string}`;
const RANDOM_TEAMS = 15;
const team = (index: number): TeamId => `team_${index}`;

function codeOf(tree: TeamTree, parentId: TeamId, teamId?: TeamId): string {
  try {
    assertParent(tree, parentId, teamId);
    return 'ok';
  } catch (error) {
    return (error as DomainError).code;
  }
}

/** Nested teams: `team(offset)` is on level 1, and each team is the parent of the next team. */
const nestedTeams = (length: number, offset = 0): [TeamId, TeamId | null][] =>
  Array.from({ length }, (_, index) => [team(offset + index), index === 0 ? null : team(offset + index - 1)]);

describe('assertParent', () => {
  it.each([
    ['a new team whose parent is on level 9', nestedTeams(9), team(8), undefined, 'ok'],
    ['a new team whose parent is on level 10', nestedTeams(10), team(9), undefined, 'TEAM_NESTING_TOO_DEEP'],
    ['a new team whose parent does not exist', nestedTeams(2), team(7), undefined, 'TEAM_NOT_FOUND'],
    ['a team as its own parent', nestedTeams(3), team(1), team(1), 'TEAM_CYCLE'],
    ['a team whose new parent is its child team', nestedTeams(3), team(2), team(1), 'TEAM_CYCLE'],
    ['a team whose new parent is its grandparent', nestedTeams(3), team(0), team(2), 'ok'],
    [
      'a tree of five levels whose new parent is on level 5',
      [...nestedTeams(5), ...nestedTeams(5, 10)],
      team(4),
      team(10),
      'ok',
    ],
    [
      'a tree of five levels whose new parent is on level 6',
      [...nestedTeams(6), ...nestedTeams(5, 10)],
      team(5),
      team(10),
      'TEAM_NESTING_TOO_DEEP',
    ],
  ])('checks %s', (_, tree, parentId, teamId, code) => {
    expect(codeOf(new Map(tree), parentId, teamId)).toBe(code);
  });

  it('allows no cycle and no team below the maximum depth after random moves', () => {
    const moves = fc.array(fc.tuple(fc.nat(RANDOM_TEAMS - 1), fc.nat(RANDOM_TEAMS - 1)), { maxLength: 60 });
    fc.assert(
      fc.property(moves, (requestedMoves) => {
        const tree = new Map<TeamId, TeamId | null>(
          Array.from({ length: RANDOM_TEAMS }, (_, index) => [team(index), null]),
        );
        for (const [moved, parent] of requestedMoves)
          if (codeOf(tree, team(parent), team(moved)) === 'ok') tree.set(team(moved), team(parent));
        for (const start of tree.keys()) {
          let depth = 0;
          for (let current: TeamId | null = start; current; current = tree.get(current)!) depth += 1;
          expect(depth).toBeLessThanOrEqual(MAX_DEPTH);
        }
      }),
    );
  });
});
