// Parses docs/asyncapi.json with the parser of the AsyncAPI project. Fails when the parser reports an error or a
// warning.
import fs from 'node:fs';
import path from 'node:path';
import { Parser } from '@asyncapi/parser';

/** Severities of the parser: 0 error, 1 warning, 2 information, 3 hint. */
const INFORMATION = 2;

const file = path.resolve(import.meta.dirname, '../../docs/asyncapi.json');
const { document, diagnostics } = await new Parser().parse(fs.readFileSync(file, 'utf8'));
const problems = diagnostics.filter(({ severity }) => severity < INFORMATION);
for (const { path: keys, message } of problems) console.error(`${keys.join('.')}: ${message}`);
if (!document || problems.length > 0) process.exitCode = 1;
else console.log(`${document.allMessages().length} messages`);
