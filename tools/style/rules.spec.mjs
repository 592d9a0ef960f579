import { describe, expect, it } from '@jest/globals';
import {
  fileNamesAreNotAbandoned,
  identifiersAreNotAbandoned,
  linesFitIn120Columns,
  productionSourcesContainNoTestCode,
} from './rules.mjs';

const abandonedNames = { identifiers: { takeTurn: 'advisoryLock' }, files: { 'take-turn': 'advisory-lock' } };

describe('the lines of a file', () => {
  it('have at most 120 columns, counted in characters', () => {
    const text = ['é'.repeat(120), 'x'.repeat(121)].join('\n');
    expect(linesFitIn120Columns({ path: 'a.ts', text })).toEqual([
      { where: 'a.ts:2', problem: 'the line has 121 columns; at most 120 are allowed' },
    ]);
  });
});

describe('abandoned names', () => {
  it('are found as whole identifiers, also in comments', () => {
    const text = 'await takeTurn(em);\n// see takeTurn\nconst takeTurns = 1;';
    const findings = identifiersAreNotAbandoned({ path: 'apps/a/src/b.ts', text }, { abandonedNames });
    expect(findings.map(({ where }) => where)).toEqual(['apps/a/src/b.ts:1', 'apps/a/src/b.ts:2']);
  });

  it('are found as file names with any suffix', () => {
    for (const path of ['libs/a/src/take-turn.ts', 'libs/a/src/take-turn.spec.ts'])
      expect(fileNamesAreNotAbandoned({ path }, { abandonedNames })).toHaveLength(1);
    expect(fileNamesAreNotAbandoned({ path: 'libs/a/src/take-turns.ts' }, { abandonedNames })).toEqual([]);
  });
});

describe('test code', () => {
  it.each([
    ['apps/teams/src/teams.fixture.ts', ''],
    ['apps/teams/src/teams/test-team.ts', ''],
    ['apps/teams/src/team.ts', "import { TestService } from '@cordee/testing/test-service';"],
    ['libs/service/src/clock.ts', "import { jest } from '@jest/globals';"],
    ['apps/teams/src/team.ts', "import { one } from '../test/teams.fixture.ts';"],
  ])('is reported in the production source %s', (path, text) => {
    expect(productionSourcesContainNoTestCode({ path, text })).toHaveLength(1);
  });

  it.each([
    ['apps/teams/test/teams.fixture.ts', ''],
    ['apps/teams/src/team.spec.ts', "import { expect } from '@jest/globals';"],
    ['libs/testing/src/test-service.ts', "import { expect } from '@jest/globals';"],
  ])('is allowed in %s', (path, text) => {
    expect(productionSourcesContainNoTestCode({ path, text })).toEqual([]);
  });
});
