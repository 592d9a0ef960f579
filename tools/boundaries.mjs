// Checks names of files, and which projects, files and npm packages each file imports. What is allowed is listed
// in tools/boundaries/workspace-rules.mjs. `npm test` runs this check. It needs only Node and takes less than a second.
import path from 'node:path';
import { readProjects } from './boundaries/read-projects.mjs';
import * as rules from './boundaries/rules.mjs';
import { workspaceRules } from './boundaries/workspace-rules.mjs';

const root = path.resolve(import.meta.dirname, '..');
const workspace = readProjects(root);
const findings = new Set(
  Object.values(rules)
    .flatMap((rule) => rule(workspace, workspaceRules))
    .map(({ where, problem }) => `${where}  ${problem}`),
);
for (const finding of findings) console.log(finding);
if (findings.size > 0) process.exitCode = 1;
else {
  const fileCount = workspace.projects.reduce((sum, { files }) => sum + files.length, 0);
  console.log(`${workspace.projects.length} projects, ${fileCount} files`);
}
