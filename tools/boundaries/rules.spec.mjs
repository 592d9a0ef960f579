import { describe, expect, test } from '@jest/globals';
import * as rules from './rules.mjs';
import { importsIn, withoutComments } from './source-text.mjs';

const workspaceRules = {
  mayDependOn: { 'type:app': ['type:lib'], 'type:lib': ['type:lib'] },
  appImporters: ['apps/all-in-one'],
  importsOnly: { 'libs/contracts': ['zod'] },
  packageImporters: { pdfkit: ['apps/billing/src/pdf/'], '@nats-io/*': ['libs/messaging/src/nats-bus.ts'] },
  nestFiles: [/\.commands\.ts$/],
  entityManagerFiles: [/\.commands\.ts$/],
  pureLibraries: ['libs/contracts', 'libs/money'],
  environmentReaders: ['libs/testing/src/'],
  bannedWords: ['util', 'helper'],
};

const joinLines = (...texts) => texts.join('\n');
const contracts = project('libs/contracts', {});

/** Returns the folder name of a path or of a package name: the part after the first slash. */
function folderNameOf(name) {
  return name.split('/')[1];
}

/** Creates a project with these files. By default its package.json declares all imported workspace packages. */
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
  const declaredDependencies =
    dependencies ??
    sources
      .flatMap((file) => file.imports.map(({ from }) => from))
      .filter((name) => name.startsWith('@cordee/'))
      .map((name) => name.split('/').slice(0, 2).join('/'));
  const referencedFolders = references ?? declaredDependencies.map((name) => `libs/${folderNameOf(name)}`);
  return {
    folder,
    name: `@cordee/${folderNameOf(folder)}`,
    tags,
    dependencies: new Set([...declaredDependencies, ...devDependencies]),
    devDependencies: new Set(devDependencies),
    references: referencedFolders,
    specReferences: [folder, ...referencedFolders, ...devDependencies.map((name) => `libs/${folderNameOf(name)}`)],
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
  const workspace = { projects, rootDependencies, rootReferences: projects.map(({ folder }) => folder) };
  return Object.values(rules)
    .flatMap((rule) => rule(workspace, workspaceRules))
    .map(({ where, problem }) => `${where} ${problem}`);
}

describe('a workspace that follows the rules', () => {
  test('has no findings', () => {
    const billing = project('apps/billing', {
      'src/config.ts': 'export const environment = process.env;',
      'src/invoice.commands.ts': joinLines(
        `import { EntityManager } from '@mikro-orm/postgresql';`,
        `import { Injectable } from '@nestjs/common';`,
        `import { id } from '@cordee/contracts/id';`,
      ),
      'src/invoice.entity.ts': joinLines(
        `// once used process.env and import { X } from '@nestjs/common';`,
        `import { defineEntity } from '@mikro-orm/postgresql';`,
      ),
      'src/allocate-number.ts': joinLines(
        `import type { EntityManager } from '@mikro-orm/postgresql';`,
        `export async function allocateNumber(em: EntityManager) {}`,
      ),
      'src/pay-invoice.ts': joinLines(
        `import { LockMode, type EntityManager } from '@mikro-orm/postgresql';`,
        `export async function payInvoice(`,
        `  { em, now }: CommandContext,`,
        `) {}`,
      ),
      'src/pdf/invoice-pdf.ts': `import PDFDocument from 'pdfkit';`,
    });
    expect(findingsIn(contracts, billing)).toEqual([]);
  });
});

describe('the rules find', () => {
  test.each([
    [
      'an undeclared workspace package',
      project('apps/billing', { 'src/a.ts': `import { id } from '@cordee/contracts/id';` }, { dependencies: [] }),
      'apps/billing/src/a.ts:1 imports @cordee/contracts',
    ],
    [
      'an undeclared npm package',
      project('apps/billing', { 'src/a.ts': `\nimport x from 'left-pad';` }),
      'apps/billing/src/a.ts:2 imports left-pad',
    ],
    ['a missing tag', project('libs/money', {}, { tags: [] }), 'libs/money/package.json needs one of the tags'],
    [
      'a missing reference',
      project('apps/billing', {}, { dependencies: ['@cordee/contracts'], references: [] }),
      'apps/billing, tsconfig of the sources has no reference to libs/contracts',
    ],
    [
      'an undeclared reference',
      project('apps/billing', {}, { references: ['libs/contracts'] }),
      'apps/billing, tsconfig of the sources references libs/contracts',
    ],
    [
      'an import of a development dependency in production sources',
      project(
        'apps/billing',
        { 'src/a.ts': `import { TestService } from '@cordee/testing/test-service';` },
        { dependencies: [], devDependencies: ['@cordee/testing'] },
      ),
      'apps/billing/src/a.ts:1 imports @cordee/testing, a development dependency',
    ],
    [
      'a relative import of a file outside the project',
      project('apps/billing', { 'src/a.ts': `import '../../identity/src/b.ts';` }),
      'apps/billing/src/a.ts:1 imports a file outside its project',
    ],
    [
      'an import of an npm package outside its adapter',
      project('apps/billing', { 'src/a.ts': `const pdf = await import('pdfkit');` }),
      'apps/billing/src/a.ts:1 pdfkit may be imported only by',
    ],
    [
      'an import of a scoped npm package outside its adapter',
      project('libs/outbox', { 'src/a.ts': `import type { JsMsg } from '@nats-io/jetstream';` }),
      'libs/outbox/src/a.ts:1 @nats-io/jetstream may be imported only by',
    ],
    [
      'an import of Nest in a file without handlers',
      project('apps/billing', { 'src/a.ts': `import { Injectable } from '@nestjs/common';` }),
      'apps/billing/src/a.ts:1 @nestjs/common may be imported only by handlers',
    ],
    [
      'an import of Nest in a pure library',
      project('libs/money', { 'src/a.ts': `import { Injectable } from '@nestjs/common';` }),
      'libs/money/src/a.ts:1 libs/money contains only pure rules and must not import @nestjs/common',
    ],
    [
      'a reference of the sources to a development dependency',
      project(
        'apps/billing',
        {},
        { dependencies: [], devDependencies: ['@cordee/contracts'], references: ['libs/contracts'] },
      ),
      'references libs/contracts, which is not a dependency of the production sources',
    ],
    [
      'an import of the EntityManager in an entity',
      project('apps/billing', { 'src/a.entity.ts': `import { EntityManager } from '@mikro-orm/postgresql';` }),
      'an entity must not import the EntityManager',
    ],
    [
      'an import of the EntityManager in a file whose functions do not take it',
      project('apps/billing', { 'src/a.ts': `import {\n  type EntityManager,\n} from '@mikro-orm/postgresql';` }),
      'only handlers and functions with the EntityManager',
    ],
    [
      'the environment read outside config.ts',
      project('apps/billing', { 'src/a.ts': 'export const port = process.env.PORT;' }),
      'only apps/billing/src/config.ts may read the environment',
    ],
    [
      'the environment read in a library',
      project('libs/money', { 'src/config.ts': 'export const port = process.env.PORT;' }),
      'a library must not read the environment',
    ],
    ['a file name with a banned word', project('libs/money', { 'src/money.util.ts': '' }), '"util" is not allowed'],
    ['an index file', project('libs/money', { 'src/index.ts': '' }), 'index files are not allowed'],
  ])('%s', (_, badProject, finding) => {
    expect(findingsIn(contracts, badProject).filter((text) => text.includes(finding))).toHaveLength(1);
  });

  test('an import of a Node module in contracts', () => {
    const findings = findingsIn(
      project('libs/contracts', { 'src/a.ts': `import { z } from 'zod';\nimport { randomUUID } from 'node:crypto';` }),
    );
    expect(findings).toEqual(['libs/contracts/src/a.ts:2 libs/contracts may import only zod, not node:crypto']);
  });

  test('a project that depends on an app, except the allowed project', () => {
    const identity = project('apps/identity', {});
    const projectWithIdentity = (folder) =>
      project(folder, {}, { dependencies: ['@cordee/identity'], references: ['apps/identity'] });
    expect(findingsIn(identity, projectWithIdentity('apps/billing'))).toEqual([
      'apps/billing/package.json apps/billing [type:app] must not depend on apps/identity [type:app]',
    ]);
    expect(findingsIn(identity, projectWithIdentity('apps/all-in-one'))).toEqual([]);
    expect(findingsIn(identity, projectWithIdentity('libs/testing'))).toHaveLength(1);
  });
});
