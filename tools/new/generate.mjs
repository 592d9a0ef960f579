import vm from 'node:vm';
import { contractEntry, eventEntry } from './contract-entries.mjs';
import { camelCase, kebabCase, pascalCase, plural } from './names.mjs';
import { addImport, addMethod, addStatement, addToList } from './source-edits.mjs';
import * as templates from './templates.mjs';

/** An error in the arguments of `npm run new`. */
export class GenerateError extends Error {}

/** Adds the files of a new command, query, event, reaction or job to the planned files of the workspace. */
export function generate(workspace, { kind, service, noun, verb, permission, event }) {
  validateOptions(workspace, { kind, permission, event });
  const paths = pathsOf(workspace, service, noun);
  // `identifier` is the name of the contract, of its handler method and of its action.
  const names = {
    service,
    noun,
    verb,
    permission,
    isCommand: kind === 'command',
    identifier: kind === 'event' ? camelCase(`${noun}-${verb}`) : camelCase(`${verb}-${noun}`),
    action: `${verb}-${noun}`,
  };
  if (kind === 'command' || kind === 'query') addOperation(workspace, paths, names);
  else if (kind === 'event') addEvent(workspace, paths, names);
  else if (kind === 'reaction') addReaction(workspace, paths, { ...names, event: findEvent(workspace, event) });
  else addJob(workspace, paths, names);
}

function validateOptions(workspace, { kind, permission, event }) {
  if (permission && kind !== 'command' && kind !== 'query')
    throw new GenerateError(`--permission is for commands and queries, not for a new ${kind}`);
  if (permission && !workspace.read('libs/contracts/src/permissions.ts').includes(`  '${permission}': {`))
    throw new GenerateError(`there is no permission ${permission}; docs/permissions.md lists all permissions`);
  if (event && kind !== 'reaction') throw new GenerateError(`--event is for reactions, not for a new ${kind}`);
  if (event && !/^[A-Za-z]\w*$/.test(event)) throw new GenerateError(`"${event}" is not the name of an event`);
}

/** Returns the paths of the noun: its folder in the service, the module of the service, and its contracts. */
function pathsOf(workspace, service, noun) {
  const source = `apps/${service}/src`;
  const module = `${source}/${service}.service.ts`;
  if (!workspace.has(module)) throw new GenerateError(`there is no service ${service}: ${module} is missing`);
  const existingFile = workspace
    .list(source)
    .find((file) => new RegExp(`/${noun}\\.(entity|commands|queries|reactions|jobs)\\.ts$`).test(file));
  const folder = existingFile ? existingFile.slice(0, existingFile.lastIndexOf('/')) : `${source}/${plural(noun)}`;
  return { folder, module, contracts: `libs/contracts/src/${service}/${noun}.ts` };
}

function addOperation(workspace, paths, names) {
  addContract(workspace, paths, names.identifier, contractEntry(names));
  const suffix = names.isCommand ? 'commands' : 'queries';
  const className = `${pascalCase(names.noun)}${names.isCommand ? 'Commands' : 'Queries'}`;
  const file = `${paths.folder}/${names.noun}.${suffix}.ts`;
  addController(workspace, paths, { file, className });
  let text = workspace.read(file);
  text = addImport(text, `@cordee/contracts/${names.service}/${names.noun}`, names.identifier);
  text = addImport(text, '@cordee/contracts/contract', 'type Input', 'type Output');
  const context = names.isCommand ? 'CommandContext' : 'QueryContext';
  text = addImport(text, '@cordee/service/handler-decorators', 'Handles', `type ${context}`);
  text = addImport(text, `./${names.action}.ts`, `${names.identifier} as ${names.identifier}Action`);
  workspace.plan(file, addMethod(text, className, templates.handlerMethod(names, context)));
  addAction(workspace, paths, names, templates.operationAction(names, context), templates.operationSpec(names));
}

function addEvent(workspace, paths, names) {
  addContract(workspace, paths, names.identifier, eventEntry(names));
}

function addReaction(workspace, paths, names) {
  const className = `${pascalCase(names.noun)}Reactions`;
  const file = `${paths.folder}/${names.noun}.reactions.ts`;
  const consumer = workspace
    .list(`apps/${names.service}/src`)
    .find(
      (path) =>
        path.endsWith('.reactions.ts') &&
        new RegExp(`@Consumes(AfterPreparing)?\\(${names.event.name}\\)`).test(workspace.read(path)),
    );
  if (consumer)
    throw new GenerateError(
      `${consumer} already consumes ${names.event.name}; a service can have only one reaction to an event`,
    );
  addController(workspace, paths, { file, className });
  let text = workspace.read(file);
  text = addImport(text, '@cordee/contracts/cloud-event', 'type CloudEvent');
  text = addImport(text, '@cordee/contracts/contract', 'type EventData');
  text = addImport(text, names.event.module, names.event.name);
  text = addImport(text, '@cordee/service/handler-decorators', 'Consumes', 'type ReactionContext');
  text = addImport(text, `./${names.action}.ts`, `${names.identifier} as ${names.identifier}Action`);
  workspace.plan(file, addMethod(text, className, templates.reactionMethod(names)));
  addAction(workspace, paths, names, templates.reactionAction(names), templates.reactionSpec(names));
}

function addJob(workspace, paths, names) {
  const className = `${pascalCase(names.noun)}Jobs`;
  const file = `${paths.folder}/${names.noun}.jobs.ts`;
  if (!workspace.has(file)) {
    workspace.plan(file, templates.jobsFile(className));
    addProvider(workspace, paths, { file, className });
  }
  let text = addImport(workspace.read(file), `./${names.action}.ts`, names.identifier);
  text = addStatement(text, /onModuleInit\(\): void \{/, templates.jobRegistration(names, backgroundFieldOf(text)));
  workspace.plan(file, text);
  addAction(workspace, paths, names, templates.jobAction(names), templates.jobSpec(names));
}

/** Returns the name of the field with the `BackgroundTransactions` in a jobs file. */
const backgroundFieldOf = (text) => /readonly (\w+): BackgroundTransactions/.exec(text)?.[1] ?? 'background';

function addContract(workspace, { contracts }, name, { imports, code }) {
  const isNew = !workspace.has(contracts);
  let text = isNew ? `import * as z from 'zod';\n` : workspace.read(contracts);
  if (new RegExp(`export const ${name}\\b`).test(text))
    throw new GenerateError(`${contracts} already declares ${name}`);
  for (const [from, ...imported] of imports) text = addImport(text, from, ...imported);
  workspace.plan(contracts, `${text.trimEnd()}\n\n${code}`);
  if (isNew) addToCatalogue(workspace, contracts);
}

function addToCatalogue(workspace, contracts) {
  const catalogue = 'libs/contracts/src/catalogue.ts';
  const [, module, service, noun] = /^libs\/contracts\/src\/(([^/]+)\/([^/]+)\.ts)$/.exec(contracts);
  const text = workspace.read(catalogue);
  const isTaken = isReserved(camelCase(noun)) || new RegExp(`(\\* as|const) ${camelCase(noun)}\\b`).test(text);
  const name = isTaken ? camelCase(`${service}-${noun}`) : camelCase(noun);
  const firstImport = text.indexOf('import ');
  const withImport = `${text.slice(0, firstImport)}import * as ${name} from './${module}';\n${text.slice(firstImport)}`;
  workspace.plan(catalogue, addToList(withImport, /const files = \[/, name));
}

/** True when JavaScript does not allow the word as a name in a module. */
function isReserved(word) {
  try {
    new vm.Script(`'use strict'; async () => { const ${word} = 0; }`);
    return false;
  } catch {
    return true;
  }
}

function addController(workspace, { module }, { file, className }) {
  if (workspace.has(file)) return;
  workspace.plan(file, templates.controllerFile(className));
  const text = addImport(workspace.read(module), relativeImport(module, file), className);
  workspace.plan(
    module,
    addToList(text, /controllers: \[/, className, { after: /@Module\(\{/, list: 'controllers: […],' }),
  );
}

function addProvider(workspace, { module }, { file, className }) {
  const text = addImport(workspace.read(module), relativeImport(module, file), className);
  workspace.plan(
    module,
    addToList(text, /providers: \[/, className, { after: /@Module\(\{/, list: 'providers: […],' }),
  );
}

function addAction(workspace, { folder }, { action }, code, spec) {
  for (const [file, text] of [
    [`${folder}/${action}.ts`, code],
    [`${folder}/${action}.spec.ts`, spec],
  ]) {
    if (workspace.has(file)) throw new GenerateError(`${file} already exists`);
    workspace.plan(file, text);
  }
}

/** Finds the contract of an event. Returns the name of the event and the module that exports the contract. */
function findEvent(workspace, name) {
  if (!name) throw new GenerateError('a reaction needs --event, for instance --event invoicePaid');
  const file = workspace
    .list('libs/contracts/src')
    .find((path) => path.endsWith('.ts') && new RegExp(`export const ${name} = event\\(`).test(workspace.read(path)));
  if (!file) throw new GenerateError(`no contract declares the event ${name}; docs/events.md lists all events`);
  return {
    name,
    kebab: kebabCase(name),
    module: file.replace(/^libs\/contracts\/src\/(.*)\.ts$/, '@cordee/contracts/$1'),
  };
}

/** Returns the relative import of a file that is in the folder of the importer or below. */
const relativeImport = (importer, file) => `./${file.slice(importer.lastIndexOf('/') + 1)}`;
