// Checks style rules that the formatter and oxlint do not have. `npm run lint` and `npm test` run this check. It needs
// only Node.
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { abandonedNames } from './style/abandoned-names.mjs';
import * as rules from './style/rules.mjs';

const root = path.resolve(import.meta.dirname, '..');
/** Generated files are not checked, because their generators decide the lines. */
const generatedFiles = [
  /^package-lock\.json$/,
  /^tools\/bench\/peers\/package-lock\.json$/,
  /^tools\/contracts\/baseline\//,
  /^docs\/(openapi|asyncapi)\.json$/,
];
const isGenerated = (file) => generatedFiles.some((pattern) => pattern.test(file));
const isChecked = (file) => /\.(ts|mjs|js|json|ya?ml)$/.test(file) && !isGenerated(file);

const files = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], {
  cwd: root,
  encoding: 'utf8',
})
  .split('\n')
  .filter((file) => isChecked(file) && fs.existsSync(path.join(root, file)))
  .map((file) => ({ path: file, text: fs.readFileSync(path.join(root, file), 'utf8') }));

const findings = Object.values(rules).flatMap((rule) => files.flatMap((file) => rule(file, { abandonedNames })));
for (const { where, problem } of findings) console.log(`${where}  ${problem}`);
if (findings.length > 0) process.exitCode = 1;
else console.log(`${files.length} files`);
