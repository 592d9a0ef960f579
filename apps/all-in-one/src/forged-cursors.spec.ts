import { randomUUID } from 'node:crypto';
import { contracts } from '@cordee/contracts/catalogue';
import { serviceOf, type Contract } from '@cordee/contracts/contract';
import { newId, toUuid } from '@cordee/contracts/id';
import { TestService, type Caller } from '@cordee/testing/test-service';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { columnsOf, dropConstraints, insertStatement, makeRow } from '../test/table-rows.ts';
import { services } from './services.ts';

const encodeCursor = (content: unknown): string => Buffer.from(JSON.stringify(content)).toString('base64url');
const uuid = randomUUID();
const forgedCursors: readonly string[] = [
  '',
  'x',
  '\u0000',
  '-1',
  'NaN',
  '99999999999999999999',
  'x'.repeat(500),
  'x'.repeat(501),
  'res_',
  'mem_01je5nryg0fgz9y05x3mqpmjr',
  'mem_zzzzzzzzzzzzzzzzzzzzzzzzzz',
  Buffer.from('{').toString('base64url'),
  encodeCursor(null),
  encodeCursor(1),
  encodeCursor({}),
  encodeCursor([]),
  encodeCursor([uuid]),
  encodeCursor(['0000-01-01', uuid]),
  encodeCursor(['2026-02-30', uuid]),
  encodeCursor([uuid, '2026-01-01']),
  encodeCursor([0, '9', null]),
  encodeCursor([1, uuid, null]),
  encodeCursor([0, uuid, '0000-01-01T00:00:00Z']),
  encodeCursor([Number.MAX_SAFE_INTEGER, null, null]),
  encodeCursor(['x'.repeat(16), '0000-01-01T00:00:00Z', '0000-01-01T00:00:00Z', uuid]),
  // Cursors with the form of a list, whose values PostgreSQL cannot store in the column.
  encodeCursor(Number.MAX_SAFE_INTEGER),
  encodeCursor([Number.MAX_SAFE_INTEGER, newId('bmr', new Date())]),
  encodeCursor(['2026-01-01', '2026-01-01T00:00:00Z', Number.MAX_SAFE_INTEGER, newId('bkg', new Date())]),
  encodeCursor(['x', uuid, uuid]),
  encodeCursor(['\u0000', uuid, uuid]),
  encodeCursor(['2026-01-01', '\u0000', 'CHF']),
  encodeCursor(['2026-01-01', '\u0000', '\u0000']),
];
/** Cursors of lists that are sorted by a text: any text is a possible cursor of such a list. */
const textCursors: readonly string[] = [encodeCursor(''), encodeCursor('\u0000'), encodeCursor(uuid)];

const inputShapeOf = ({ input }: Contract): object => ('shape' in input ? (input.shape as object) : {});
const listsOf = (service: string): [name: string, contract: Contract][] =>
  [...contracts].filter(([, contract]) => serviceOf(contract) === service && 'cursor' in inputShapeOf(contract));

it('the lists with cursors are found', () => {
  expect(services.flatMap(({ name }) => listsOf(name)).length).toBeGreaterThan(15);
});

describe.each(services.filter(({ name }) => listsOf(name).length > 0))('the lists of $name', (definition) => {
  const organizationId = newId('org', new Date());
  const accountId = newId('acc', new Date());
  const memberId = newId('mem', new Date());
  let test: TestService;
  beforeAll(async () => {
    test = await TestService.start(definition, {
      IDENTITY_SECRET: 'a secret of the test installation, long enough',
      // No mail server listens here, so no mail is sent.
      SMTP_URL: 'smtp://127.0.0.1:9',
    });
    test.stubbedSnapshots.people.set(organizationId, [
      { accountId, memberId, role: 'legal_representative', flags: [], isBlocked: false },
    ]);
    if (definition.name === 'identity') await insertLegalRepresentative();
  });
  afterAll(() => test.stop());

  /** Identity reads people from its own table with the history of member statuses, not from a stubbed snapshot. */
  async function insertLegalRepresentative(): Promise<void> {
    await dropConstraints(test.database);
    const columns = await columnsOf(test.database, 'member_status_history');
    const row = makeRow(columns, {
      organization_id: toUuid(organizationId),
      account_id: toUuid(accountId),
      member_id: toUuid(memberId),
      role: 'legal_representative',
    });
    row.set('until', null);
    await test.database.query(...insertStatement('member_status_history', row));
  }

  const callerOf = ({ access, callers }: Contract): Caller => {
    if (access === 'service') return { service: Array.isArray(callers) ? (callers[0] as string) : 'teams' };
    return access === 'staff' ? { staff: accountId } : { account: accountId };
  };

  it.each(listsOf(definition.name))('%s refuses forged cursors with a declared error', async (_, contract) => {
    const caller = callerOf(contract);
    // The rest of the input is valid, so each refusal is about the cursor or about an object of the example.
    const validInput = {
      ...(contract.example.input as object),
      organizationId,
      ...('accountId' in inputShapeOf(contract) ? { accountId } : {}),
    };
    expect(['INPUT_INVALID', 'PERMISSION_DENIED']).not.toContain(await test.codeOf(contract, validInput, caller));
    const codes: [cursor: string, code: string][] = [];
    for (const cursor of [...forgedCursors, ...textCursors]) {
      codes.push([cursor, await test.codeOf(contract, { ...validInput, cursor }, caller)]);
    }
    const declared = [...Object.keys(contract.errors), 'INPUT_INVALID', 'CURSOR_INVALID'];
    const undeclared = codes.filter(
      ([cursor, code]) => !declared.includes(code) && !(code === 'ok' && !forgedCursors.includes(cursor)),
    );
    expect(undeclared).toEqual([]);
  });
});
