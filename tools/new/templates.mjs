import { camelCase } from './names.mjs';

export const controllerFile = (className) => `import { Controller } from '@nestjs/common';

@Controller()
export class ${className} {
}
`;

export const handlerMethod = ({ identifier }, context) => `  @Handles(${identifier})
  async ${identifier}(
    input: Input<typeof ${identifier}>,
    context: ${context},
  ): Promise<Output<typeof ${identifier}>> {
    return ${identifier}Action(context, input);
  }`;

export const operationAction = (
  { service, noun, identifier },
  context,
) => `import type { ${identifier} as contract } from '@cordee/contracts/${service}/${noun}';
import type { Input, Output } from '@cordee/contracts/contract';
import type { ${context} } from '@cordee/service/handler-decorators';

export async function ${identifier}(
  _context: ${context},
  _input: Input<typeof contract>,
): Promise<Output<typeof contract>> {
  return {};
}
`;

export const operationSpec = ({
  service,
  noun,
  identifier,
  permission,
}) => `import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { ${identifier} } from '@cordee/contracts/${service}/${noun}';
${testStart(service)}

it('returns the output of the example in the contract', async () => {
  const { input, output } = ${identifier}.example;
${permission ? callAsAdministrator(identifier) : callAsService(identifier)}
});
`;

/** Returns code that calls the operation as a service. */
const callAsService = (identifier) =>
  `  expect(await test.call(${identifier}, input, { service: 'test' })).toEqual(output);`;

/** Returns code that calls the operation as an administrator of the organization in the example of the contract. */
const callAsAdministrator = (identifier) => `  const accountId = 'acc_01je5nryg0fgz9y05x3mqpmjrg';
  const administrator = { accountId, memberId: 'mem_01je5nryg0fgz9y05x3mqpmjrg', role: 'administrator' } as const;
  const organizationId = input.organizationId as \`org_\${string}\`;
  test.stubbedSnapshots.people.set(organizationId, [{ ...administrator, flags: [], isBlocked: false }]);
  expect(await test.call(${identifier}, input, { account: accountId })).toEqual(output);`;

export const reactionMethod = ({ identifier, event }) => `  @Consumes(${event.name})
  async ${identifier}(event: CloudEvent<EventData<typeof ${event.name}>>, context: ReactionContext): Promise<void> {
    await ${identifier}Action(context, event.data);
  }`;

export const reactionAction = ({ identifier, event }) => `import type { EventData } from '@cordee/contracts/contract';
import type { ${event.name} } from '${event.module}';
import type { ReactionContext } from '@cordee/service/handler-decorators';

export async function ${identifier}(_context: ReactionContext, _data: EventData<typeof ${event.name}>): Promise<void> {
  await Promise.resolve();
}
`;

export const reactionSpec = ({ service, event }) => `import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { ${event.name} } from '${event.module}';
${testStart(service)}

it('handles the event and writes no dead letter', async () => {
  await test.publishEvent(${event.name}, ${event.name}.example);
  await test.until(
    async () => (await test.rows('select from inbox')).length === 1,
    'the event in the inbox',
  );
  expect(await test.rows('select reason from dead_letter')).toEqual([]);
});
`;

export const jobsFile = (
  className,
) => `import { BackgroundTransactions } from '@cordee/service/background-transactions';
import { Jobs } from '@cordee/service/jobs';
import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';

@Injectable()
export class ${className} implements OnModuleInit {
  constructor(
    @Inject(Jobs) private readonly jobs: Jobs,
    @Inject(BackgroundTransactions) private readonly background: BackgroundTransactions,
  ) {}

  onModuleInit(): void {
  }
}
`;

/**
 * The generated statement reads the table `file`, which every service has, and finds no rows. The developer replaces it
 * by a statement on the table of the noun.
 */
export const jobRegistration = ({ action, identifier }, field) => `    this.jobs.register({
      name: '${action}',
      everyMs: 60_000,
      findDue: () =>
        this.${field}.findDue('fil', \`select organization_id, id from file where false and created_at <= ?\`),
      work: (row) => this.${field}.asSystem((context) => ${identifier}(context, row)),
    });`;

export const jobAction = ({ identifier }) =>
  `import type { WriteContext } from '@cordee/service/background-transactions';
import type { DueRow } from '@cordee/service/jobs';

/**
 * Claims the row with \`for update skip locked\`, checks that the row is still due, does the work and marks the row as
 * done. The function must be safe to repeat.
 */
export async function ${identifier}(_context: WriteContext, _row: DueRow): Promise<void> {
  await Promise.resolve();
}
`.replaceAll('\\`', '`');

export const jobSpec = ({ service }) => `import { afterAll, beforeAll, expect, it } from '@jest/globals';
${testStart(service)}

it('belongs to a service with a job queue', () => {
  expect(test.host.hasQueue).toBe(true);
});
`;

/** Arguments that the test fixture of a service needs in addition. */
const fixtureArguments = { reminders: `, { SMTP_URL: 'smtp://127.0.0.1:2525' }` };

const importLine = (name, from) => `import { ${name} } from '${from}';`;

function testStart(service) {
  const isIdentity = service === 'identity';
  const definition = `${camelCase(service)}Service`;
  const imports = isIdentity
    ? `import type { TestService } from '@cordee/testing/test-service';
${importLine('IdentityFixture', '../../test/identity.fixture.ts')}`
    : `import { TestService } from '@cordee/testing/test-service';
import { ${definition} } from '../${service}.service.ts';`;
  const start = isIdentity
    ? '(await IdentityFixture.start()).service'
    : `await TestService.start(${definition}${fixtureArguments[service] ?? ''})`;
  return `${imports}

let test: TestService;
beforeAll(async () => {
  test = ${start};
});
afterAll(() => test.stop());`;
}
