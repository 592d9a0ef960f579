import { describe, expect, test } from '@jest/globals';
import * as rules from './rules.mjs';
import { importsIn, withoutComments } from './source-text.mjs';

const houseRules = {
  mayDependOn: { 'type:app': ['type:lib'], 'type:lib': ['type:lib'] },
  composers: ['apps/all-in-one'],
  importsOnly: { 'libs/contracts': ['zod'] },
  homes: { pdfkit: ['apps/billing/src/pdf/'], '@nats-io/*': ['libs/messaging/src/nats-bus.ts'] },
  nestHomes: [/\.commands\.ts$/],
  entityManagerHomes: [/\.commands\.ts$/],
  pureLibraries: ['libs/contracts'],
  environmentReaders: ['libs/testing/src/'],
  bannedWords: ['util', 'helper'],
};

const contracts = project('libs/contracts', {});

/** A project with one file, which declares what it imports unless told otherwise. */
function project(
  folder,
  files,
  {
    dependencies,
    devDependencies = [],
    references,
    tags = [folder.startsWith('apps/') ? 'type:app' : 'type:lib'],
  } = {},
) {
  const sources = Object.entries(files).map(([name, text]) => ({
    path: `${folder}/${name}`,
    text: withoutComments(text),
    imports: importsIn(withoutComments(text)),
  }));
  const declared =
    dependencies ??
    sources
      .flatMap((file) => file.imports.map(({ from }) => from))
      .filter((name) => name.startsWith('@cordee/'))
      .map((name) => name.split('/').slice(0, 2).join('/'));
  const wanted = references ?? declared.map((name) => `libs/${name.split('/')[1]}`);
  return {
    folder,
    name: `@cordee/${folder.split('/')[1]}`,
    tags,
    dependencies: new Set([...declared, ...devDependencies]),
    devDependencies: new Set(devDependencies),
    references: wanted,
    specReferences: [folder, ...wanted, ...devDependencies.map((name) => `libs/${name.split('/')[1]}`)],
    files: sources,
  };
}

function findingsIn(...projects) {
  const rootDependencies = new Set([
    'zod',
    'pdfkit',
    '@nats-io/jetstream',
    '@nestjs/common',
    '@mikro-orm/postgresql',
    'jest',
  ]);
  const house = { projects, rootDependencies, rootReferences: projects.map(({ folder }) => folder) };
  return Object.values(rules)
    .flatMap((rule) => rule(house, houseRules))
    .map(({ where, what }) => `${where} ${what}`);
}

describe('a tidy house', () => {
  test('has no findings', () => {
    const billing = project('apps/billing', {
      'src/config.ts': 'export const environment = process.env;',
      'src/invoice.commands.ts': `import { EntityManager } from '@mikro-orm/postgresql';\nimport { Injectable } from '@nestjs/common';\nimport { id } from '@cordee/contracts/id';`,
      'src/invoice.entity.ts': `// once used process.env and import { X } from '@nestjs/common';\nimport { defineEntity } from '@mikro-orm/postgresql';`,
      'src/take-number.ts': `import type { EntityManager } from '@mikro-orm/postgresql';\nexport async function takeNumber(em: EntityManager) {}`,
      'src/pay-invoice.ts': `import { LockMode, type EntityManager } from '@mikro-orm/postgresql';\nexport async function payInvoice(\n  { em, now }: CommandContext,\n) {}`,
      'src/pdf/invoice-pdf.ts': `import PDFDocument from 'pdfkit';`,
    });
    expect(findingsIn(contracts, billing)).toEqual([]);
  });
});

describe('is found', () => {
  test.each([
    [
      'an undeclared workspace package',
      project('apps/billing', { 'src/a.ts': `import { id } from '@cordee/contracts/id';` }, { dependencies: [] }),
      'apps/billing/src/a.ts:1 imports @cordee/contracts',
    ],
    [
      'an undeclared library',
      project('apps/billing', { 'src/a.ts': `\nimport x from 'left-pad';` }),
      'apps/billing/src/a.ts:2 imports left-pad',
    ],
    ['a missing tag', project('libs/money', {}, { tags: [] }), 'libs/money/package.json needs one of the tags'],
    [
      'a missing reference',
      project('apps/billing', {}, { dependencies: ['@cordee/contracts'], references: [] }),
      'apps/billing, what ships has no reference to libs/contracts',
    ],
    [
      'a reference too many',
      project('apps/billing', {}, { references: ['libs/contracts'] }),
      'apps/billing, what ships references libs/contracts',
    ],
    [
      'a development dependency in what ships',
      project(
        'apps/billing',
        { 'src/a.ts': `import { TestService } from '@cordee/testing/test-service';` },
        { dependencies: [], devDependencies: ['@cordee/testing'] },
      ),
      'apps/billing/src/a.ts:1 imports @cordee/testing, a development dependency',
    ],
    [
      'a relative import out of the project',
      project('apps/billing', { 'src/a.ts': `import '../../identity/src/b.ts';` }),
      'apps/billing/src/a.ts:1 leaves its project',
    ],
    [
      'a library away from home',
      project('apps/billing', { 'src/a.ts': `const pdf = await import('pdfkit');` }),
      'apps/billing/src/a.ts:1 pdfkit is imported in',
    ],
    [
      'a scoped library away from home',
      project('libs/outbox', { 'src/a.ts': `import type { JsMsg } from '@nats-io/jetstream';` }),
      'libs/outbox/src/a.ts:1 @nats-io/jetstream is imported in',
    ],
    [
      'Nest in a rule',
      project('apps/billing', { 'src/a.ts': `import { Injectable } from '@nestjs/common';` }),
      'apps/billing/src/a.ts:1 @nestjs/common belongs into doors',
    ],
    [
      'the EntityManager in an entity',
      project('apps/billing', { 'src/a.entity.ts': `import { EntityManager } from '@mikro-orm/postgresql';` }),
      'an entity knows no EntityManager',
    ],
    [
      'the EntityManager in a rule',
      project('apps/billing', { 'src/a.ts': `import {\n  type EntityManager,\n} from '@mikro-orm/postgresql';` }),
      'only doors use the EntityManager',
    ],
    [
      'the environment read twice',
      project('apps/billing', { 'src/a.ts': 'export const port = process.env.PORT;' }),
      'only apps/billing/src/config.ts reads the environment',
    ],
    [
      'the environment read in a library',
      project('libs/money', { 'src/config.ts': 'export const port = process.env.PORT;' }),
      'a library does not read the environment',
    ],
    ['a name that says nothing', project('libs/money', { 'src/money.util.ts': '' }), '"util" is no name'],
    ['a barrel', project('libs/money', { 'src/index.ts': '' }), 'no index files'],
  ])('%s', (_, found, finding) => {
    expect(findingsIn(contracts, found).filter((text) => text.includes(finding))).toHaveLength(1);
  });

  test('contracts that import more than Zod, also from Node', () => {
    const findings = findingsIn(
      project('libs/contracts', { 'src/a.ts': `import { z } from 'zod';\nimport { randomUUID } from 'node:crypto';` }),
    );
    expect(findings).toEqual([
      'libs/contracts/src/a.ts:2 libs/contracts imports zod and nothing else, not node:crypto',
    ]);
  });

  test('an app in another app, unless it composes them', () => {
    const identity = project('apps/identity', {});
    const using = (folder) =>
      project(folder, {}, { dependencies: ['@cordee/identity'], references: ['apps/identity'] });
    expect(findingsIn(identity, using('apps/billing'))).toEqual([
      'apps/billing/package.json apps/billing [type:app] must not depend on apps/identity [type:app]',
    ]);
    expect(findingsIn(identity, using('apps/all-in-one'))).toEqual([]);
    expect(findingsIn(identity, using('libs/testing'))).toHaveLength(1);
  });
});
