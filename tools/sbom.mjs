import fs from 'node:fs';
import path from 'node:path';
import { createSbom } from './sbom/create-sbom.mjs';

// Prints the software bill of materials of the images. It needs no installed packages, because the Dockerfile also runs
// this file.
const file = path.resolve(import.meta.dirname, '../package-lock.json');
const { name, version, packages } = JSON.parse(fs.readFileSync(file, 'utf8'));
console.log(JSON.stringify(createSbom({ name, version, packages }), null, 2));
