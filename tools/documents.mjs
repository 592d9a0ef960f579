// Writes the documents that are made from the contracts; with --check it only compares and says what has drifted. Needs a build.
import fs from 'node:fs';
import path from 'node:path';
import { contracts, events } from '@cordee/contracts/catalogue';
import { CloudEvent, cloudEventType } from '@cordee/contracts/cloud-event';
import { permissions } from '@cordee/contracts/permissions';
import { openApiDocument } from '@cordee/gateway/openapi';
import { asyncApiDocument } from './documents/async-api.mjs';
import { permissionTable } from './documents/permission-table.mjs';

const folder = path.resolve(import.meta.dirname, '../docs');
const json = (value) => `${JSON.stringify(value, null, 2)}\n`;
const documents = {
  'openapi.json': json(openApiDocument(contracts)),
  'asyncapi.json': json(asyncApiDocument(events, CloudEvent, cloudEventType)),
  'permissions.md': permissionTable(permissions, contracts),
};

const isCheck = process.argv.includes('--check');
const drifted = Object.entries(documents).filter(([name, text]) => {
  const file = path.join(folder, name);
  const isSame = fs.existsSync(file) && fs.readFileSync(file, 'utf8') === text;
  if (!isSame && !isCheck) fs.writeFileSync(file, text);
  return !isSame;
});
for (const [name] of drifted) console.log(isCheck ? `docs/${name} is not what the contracts say: run "npm run documents"` : `docs/${name} written`);
if (isCheck && drifted.length) process.exitCode = 1;
else if (!drifted.length) console.log(`${Object.keys(documents).length} documents are up to date`);
