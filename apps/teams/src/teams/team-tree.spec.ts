import { describe, expect, it } from '@jest/globals';
import { DomainError } from '@cordee/contracts/domain-error';
import fc from 'fast-check';
import { assertParent, MAX_DEPTH, type TeamTree } from './team-tree.ts';

type TeamId = `team_${string}`;
const team = (index: number): TeamId => `team_${index}`;

function codeOf(tree: TeamTree, parentId: TeamId, teamId?: TeamId): string {
  try {
    assertParent(tree, parentId, teamId);
    return 'ok';
  } catch (error) {
    return (error as DomainError).code;
  }
}

/** A line of nested teams. */
const line = (length: number, offset = 0): [TeamId, TeamId | null][] =>
  Array.from({ length }, (_, index) => [team(offset + index), index === 0 ? null : team(offset + index - 1)]);

describe('assertParent', () => {
  it.each([
    ['below the ninth level', line(9), team(8), undefined, 'ok'],
    ['below the tenth level', line(10), team(9), undefined, 'TEAM_NESTING_TOO_DEEP'],
    ['in an unknown team', line(2), team(7), undefined, 'TEAM_NOT_FOUND'],
    ['in itself', line(3), team(1), team(1), 'TEAM_CYCLE'],
    ['in its own child', line(3), team(2), team(1), 'TEAM_CYCLE'],
    ['in its grandparent', line(3), team(0), team(2), 'ok'],
    ['with five below it, at the fifth level', [...line(5), ...line(5, 10)], team(4), team(10), 'ok'],
    [
      'with five below it, at the sixth level',
      [...line(6), ...line(5, 10)],
      team(5),
      team(10),
      'TEAM_NESTING_TOO_DEEP',
    ],
  ])('%s', (_, tree, parentId, teamId, code) => {
    expect(codeOf(new Map(tree), parentId, teamId)).toBe(code);
  });

  it('keeps every team within the depth and outside itself after random moves', () => {
    const moves = fc.array(fc.tuple(fc.nat(14), fc.nat(14)), { maxLength: 60 });
    fc.assert(
      fc.property(moves, (wanted) => {
        const tree = new Map<TeamId, TeamId | null>(Array.from({ length: 15 }, (_, index) => [team(index), null]));
        for (const [moved, parent] of wanted)
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
