// Checks docs/openapi.json: the schema of OpenAPI 3.1, the lint rules of Redocly with all examples, and a generated
// client, which compiles with the example in docs/examples.
import fs from 'node:fs';
import path from 'node:path';
import { compileExamples } from './open-api/compile-examples.mjs';
import { lintDocument } from './open-api/lint-document.mjs';

const root = path.resolve(import.meta.dirname, '..');
const file = path.join(root, 'docs/openapi.json');
const document = JSON.parse(fs.readFileSync(file, 'utf8'));

const problems = [...(await lintDocument(file, document)), ...(await compileExamples(document, root))];
for (const problem of problems) console.log(problem);
if (problems.length > 0) process.exitCode = 1;
else console.log('docs/openapi.json is valid, and the example with a generated client compiles');
