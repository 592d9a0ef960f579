// Generates documents from contracts and configuration schemas. With `--check` it writes no document and fails when a
// document is outdated. It needs a build.
import fs from 'node:fs';
import path from 'node:path';
import { services } from '@cordee/all-in-one/services';
import { contracts, events } from '@cordee/contracts/catalogue';
import { serviceOf } from '@cordee/contracts/contract';
import { permissions } from '@cordee/contracts/permissions';
import { openApiDocument } from '@cordee/gateway/openapi/openapi-document';
import { brokerUsers, toolUser } from '@cordee/service/broker-users';
import { consumedEventsOf } from '@cordee/service/consumed-events';
import { asyncApiDocument } from './documents/async-api.mjs';
import { natsPermissions, natsUsers } from './documents/broker-users.mjs';
import { environmentExample } from './documents/environment-example.mjs';
import { composeVariables, environmentSections } from './documents/environment-sections.mjs';
import { eventFlow, readConsumers } from './documents/event-flow.mjs';
import { permissionTable } from './documents/permission-table.mjs';

const root = path.resolve(import.meta.dirname, '..');
const consumedServices = new Map(
  services.map((service) => [service.name, [...new Set(consumedEventsOf(service).map(serviceOf))]]),
);
const users = brokerUsers({ contracts: [...contracts.values()], consumedServices });
const toJson = (value) => `${JSON.stringify(value, null, 2)}\n`;
const documents = {
  'docs/openapi.json': toJson(openApiDocument(contracts)),
  'docs/asyncapi.json': toJson(asyncApiDocument(events)),
  'docs/events.md': eventFlow(events, readConsumers(root)),
  'docs/permissions.md': permissionTable(permissions, contracts),
  'docs/nats-permissions.md': natsPermissions(users, toolUser('warehouse', ['billing'])),
  'tools/infra/nats-users.conf': natsUsers(users),
  '.env.example': environmentExample(environmentSections, composeVariables),
};

const isCheck = process.argv.includes('--check');
const outdatedDocuments = Object.entries(documents).filter(([name, text]) => {
  const file = path.join(root, name);
  const isCurrent = fs.existsSync(file) && fs.readFileSync(file, 'utf8') === text;
  if (!isCurrent && !isCheck) fs.writeFileSync(file, text);
  return !isCurrent;
});
for (const [name] of outdatedDocuments)
  console.log(isCheck ? `${name} is outdated: run "npm run documents"` : `${name} written`);
if (isCheck && outdatedDocuments.length) process.exitCode = 1;
else if (!outdatedDocuments.length) console.log(`${Object.keys(documents).length} documents are up to date`);
