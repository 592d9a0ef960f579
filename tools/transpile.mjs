// Transpiles changed sources to `dist`. It does not check types, so that `npm start` is fast; `npm test` checks types.
import fs from 'node:fs';
import path from 'node:path';
import { transformFile } from '@swc/core';
import { swcOptions } from './swc-options.mjs';

const root = path.resolve(import.meta.dirname, '..');
const projects = ['libs', 'apps'].flatMap((group) =>
  fs.readdirSync(path.join(root, group)).map((name) => path.join(root, group, name)),
);
const sources = projects.flatMap((project) =>
  fs
    .readdirSync(path.join(project, 'src'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /(?<!\.spec|\.d)\.ts$/.test(entry.name))
    .map((entry) => {
      const source = path.join(entry.parentPath, entry.name);
      return {
        source,
        target: path.join(project, 'dist', path.relative(path.join(project, 'src'), source)).replace(/\.ts$/, '.js'),
      };
    }),
);

const modifiedAt = (file) => fs.statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;
const outdatedSources = sources.filter(({ source, target }) => modifiedAt(target) <= modifiedAt(source));
await Promise.all(
  outdatedSources.map(async ({ source, target }) => {
    const { code, map } = await transformFile(source, {
      ...swcOptions,
      sourceMaps: true,
      configFile: false,
      swcrc: false,
      jsc: { ...swcOptions.jsc, rewriteRelativeImportExtensions: true },
    });
    fs.mkdirSync(path.dirname(target), { recursive: true });
    fs.writeFileSync(`${target}.map`, map);
    fs.writeFileSync(target, `${code}\n//# sourceMappingURL=${path.basename(target)}.map\n`);
  }),
);
console.log(`${outdatedSources.length} of ${sources.length} files transpiled`);
