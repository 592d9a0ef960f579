// Prints the imports of the compiled files below the working directory that lead to no file. It runs inside an image
// with --experimental-import-meta-resolve.
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const importPattern =
  /^(?:import|export)\s+(?:[\w$*{},\s]+?\s*from\s*)?['"]([^'"\n]+)['"]|\bimport\(\s*['"]([^'"\n]+)['"]\s*\)/gm;

function isFound(specifier, file) {
  try {
    const url = import.meta.resolve(specifier, pathToFileURL(file).href);
    return !url.startsWith('file:') || fs.existsSync(fileURLToPath(url));
  } catch {
    return false;
  }
}

const files = ['apps', 'libs'].flatMap((folder) =>
  fs
    .readdirSync(folder, { recursive: true })
    .filter((file) => /^[^/]+\/dist\/.*\.js$/.test(file))
    .map((file) => path.resolve(folder, file)),
);
const missing = files.flatMap((file) =>
  [...fs.readFileSync(file, 'utf8').matchAll(importPattern)]
    .map(([, declared, dynamic]) => declared ?? dynamic)
    .filter((specifier) => !isFound(specifier, file))
    .map((specifier) => `${path.relative('.', file)} imports ${specifier}`),
);
console.log(JSON.stringify({ files: files.length, missing }));
