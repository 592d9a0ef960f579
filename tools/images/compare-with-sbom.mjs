import fs from 'node:fs';
import path from 'node:path';

/**
 * Compares the packages that npm has installed in an image with its software bill of materials. `folder` is the working
 * directory of the image. Returns the number of packages, and one text per difference.
 */
export function compareWithSbom(folder) {
  const read = (file) => JSON.parse(fs.readFileSync(path.join(folder, file), 'utf8'));
  const listed = new Set(read('sbom.cdx.json').components.map((component) => component['bom-ref']));
  const installed = new Set(
    Object.entries(read('node_modules/.package-lock.json').packages)
      .filter(([name, { link }]) => name.includes('node_modules/') && !link)
      .map(([name, { version }]) => `${name}@${version}`),
  );
  const differences = [
    ...[...installed].filter((ref) => !listed.has(ref)).map((ref) => `${ref} is not listed`),
    ...[...listed].filter((ref) => !installed.has(ref)).map((ref) => `${ref} is not installed`),
  ];
  return { count: installed.size, differences };
}
