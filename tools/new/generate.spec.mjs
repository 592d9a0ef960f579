import { describe, expect, it } from '@jest/globals';
import { cloneRoot } from '../infra/profile.mjs';
import { generate } from './generate.mjs';
import { Workspace } from './workspace.mjs';

/** Generates the request in this clone without writing files. Returns the planned text of each file. */
function planFiles(request) {
  const plannedFiles = new Map();
  const workspace = new Workspace(cloneRoot);
  const plan = workspace.plan.bind(workspace);
  workspace.plan = (file, text) => {
    plannedFiles.set(file, text);
    plan(file, text);
  };
  generate(workspace, request);
  return plannedFiles;
}

const document = { service: 'billing', noun: 'document', verb: 'void' };

describe('a new command', () => {
  const plannedFiles = planFiles({ kind: 'command', ...document });

  it('has a contract, a handler, an action and a spec', () => {
    expect([...plannedFiles.keys()]).toEqual([
      'libs/contracts/src/billing/document.ts',
      'apps/billing/src/documents/document.commands.ts',
      'apps/billing/src/documents/void-document.ts',
      'apps/billing/src/documents/void-document.spec.ts',
    ]);
    expect(plannedFiles.get('libs/contracts/src/billing/document.ts')).toContain("'rpc.billing.document.void.v1'");
    expect(plannedFiles.get('apps/billing/src/documents/document.commands.ts')).toContain('@Handles(voidDocument)');
  });

  it('has a route only with a permission', () => {
    const contractText = (options) =>
      planFiles({ kind: 'command', ...document, ...options }).get('libs/contracts/src/billing/document.ts');
    expect(contractText({})).not.toContain('/documents/void');
    expect(contractText({ permission: 'document:read' })).toContain('/v1/organizations/:organizationId/documents/void');
  });
});

describe('a query of a new noun', () => {
  const plannedFiles = planFiles({ kind: 'query', service: 'renewals', noun: 'forecast', verb: 'show' });

  it('is added to the catalogue of contracts and to the module of the service', () => {
    expect(plannedFiles.get('libs/contracts/src/catalogue.ts')).toContain("from './renewals/forecast.ts'");
    expect(plannedFiles.get('apps/renewals/src/renewals.service.ts')).toContain('ForecastQueries');
    expect(plannedFiles.has('apps/renewals/src/forecasts/forecast.queries.ts')).toBe(true);
  });
});

it.each([
  ['a reserved word', 'class'],
  ['the name of the list in the catalogue', 'files'],
])('the catalogue imports a noun that is %s with the name of its service', (_, noun) => {
  const plannedFiles = planFiles({ kind: 'event', service: 'billing', noun, verb: 'closed' });
  const name = `billing${noun.replace(/^./, (letter) => letter.toUpperCase())}`;
  expect(plannedFiles.get('libs/contracts/src/catalogue.ts')).toContain(
    `import * as ${name} from './billing/${noun}.ts'`,
  );
});

describe('a request with wrong arguments', () => {
  it.each([
    ['an unknown service', { kind: 'query', service: 'weather', noun: 'cloud', verb: 'show' }, 'no service weather'],
    ['a contract that exists', { kind: 'command', ...document, verb: 'pay' }, 'already declares payDocument'],
    [
      'an unknown permission',
      { kind: 'command', ...document, verb: 'export', permission: 'weather:read' },
      'no permission weather:read',
    ],
    ['a job with a permission', { kind: 'job', ...document, permission: 'document:read' }, 'not for a new job'],
    [
      'an event whose name is not an identifier',
      { kind: 'reaction', ...document, event: 'order.*' },
      'is not the name of an event',
    ],
    ['a reaction without an event', { kind: 'reaction', ...document, verb: 'index' }, 'needs --event'],
    ['an unknown event', { kind: 'reaction', ...document, verb: 'index', event: 'cloudSeen' }, 'no contract declares'],
    [
      'a second reaction of a service to an event',
      { kind: 'reaction', service: 'search', noun: 'document', verb: 'index', event: 'invoicePaid' },
      'already consumes invoicePaid',
    ],
  ])('is rejected: %s', (_, request, message) => {
    expect(() => planFiles(request)).toThrow(message);
  });
});
