import { describe, expect, it } from '@jest/globals';
import { createSbom } from './create-sbom.mjs';

const integrity = `sha512-${Buffer.from('checksum').toString('base64')}`;
const lock = {
  name: 'shop',
  version: '2.0.0',
  packages: {
    '': { version: '2.0.0', dependencies: { '@scope/parser': '^1.0.0' }, devDependencies: { tester: '^1.0.0' } },
    'apps/web': { version: '2.0.0', dependencies: { router: '^3.0.0', native: '^1.0.0' } },
    'node_modules/web': { resolved: 'apps/web', link: true },
    'node_modules/@scope/parser': {
      version: '1.2.0',
      license: 'MIT',
      integrity,
      dependencies: { words: '^1.0.0' },
    },
    'node_modules/@scope/parser/node_modules/words': { version: '1.0.0', license: 'MIT OR Apache-2.0' },
    'node_modules/words': { version: '2.0.0', license: 'SEE LICENSE IN words.md' },
    'node_modules/router': { version: '3.0.0', license: 'MIT', dependencies: { words: '^2.0.0' } },
    'node_modules/tester': { version: '1.0.0', dev: true },
    'node_modules/native': { version: '1.0.0', optional: true },
    'node_modules/either': { version: '1.0.0', devOptional: true },
  },
};

describe('the software bill of materials', () => {
  const sbom = createSbom(lock);

  it('has the packages of the images, without workspaces, development dependencies and optional packages', () => {
    expect(sbom).toMatchObject({
      bomFormat: 'CycloneDX',
      specVersion: '1.6',
      metadata: { component: { type: 'application', name: 'shop', version: '2.0.0' } },
    });
    expect(sbom.components.map(({ purl }) => purl)).toEqual([
      'pkg:npm/%40scope/parser@1.2.0',
      'pkg:npm/words@1.0.0',
      'pkg:npm/words@2.0.0',
      'pkg:npm/router@3.0.0',
    ]);
  });

  it('has licences and checksums', () => {
    expect(sbom.components[0]).toMatchObject({
      licenses: [{ license: { id: 'MIT' } }],
      hashes: [{ alg: 'SHA-512', content: Buffer.from('checksum').toString('hex') }],
    });
    expect(sbom.components[1].licenses).toEqual([{ expression: 'MIT OR Apache-2.0' }]);
    expect(sbom.components[2].licenses).toEqual([{ license: { name: 'SEE LICENSE IN words.md' } }]);
  });

  it('names for each package the version that Node loads', () => {
    const byRef = Object.fromEntries(sbom.dependencies.map(({ ref, dependsOn }) => [ref, dependsOn]));
    expect(byRef['shop@2.0.0']).toEqual(['node_modules/@scope/parser@1.2.0', 'node_modules/router@3.0.0']);
    expect(byRef['node_modules/@scope/parser@1.2.0']).toEqual(['node_modules/@scope/parser/node_modules/words@1.0.0']);
    expect(byRef['node_modules/router@3.0.0']).toEqual(['node_modules/words@2.0.0']);
  });
});
