// Writes the installable packages for internal tools into dist/packages or into the given folder. It needs a build.
import './run/require-node.mjs';
import path from 'node:path';
import { packPackages } from './pack/pack-packages.mjs';

const target = path.resolve(process.argv[2] ?? path.join(import.meta.dirname, '../dist/packages'));
const tarballs = packPackages(target);
for (const tarball of tarballs) console.log(path.relative(process.cwd(), tarball));
console.log(
  `\nInstall them in your tool: npm install ${tarballs.map((tarball) => path.basename(tarball)).join(' ')} zod`,
);
