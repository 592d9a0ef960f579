import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { importMessages, search } from '@cordee/contracts/search/search';
import { uuid, type Caller, type TestService } from '@cordee/testing/test-service';
import { Customer, id, rawMail, mbox, SearchFixture, type PersonName } from '../../test/search.fixture.ts';

let fixture: SearchFixture;
let test: TestService;

beforeAll(async () => {
  fixture = await SearchFixture.start();
  ({ test } = fixture);
});
afterAll(() => test.stop());

describe('import of messages', () => {
  let customer: Customer;
  beforeEach(() => {
    customer = new Customer(fixture);
  });

  it('imports an .eml, which is found by body, subject, sender and address', async () => {
    expect(await customer.importMail(rawMail({ subject: 'Séance', text: 'La réunion commence à 9 h.' }))).toEqual({
      accepted: 1,
      alreadyThere: 0,
      quarantinedCount: 0,
      quarantined: [],
    });
    for (const q of ['reunions', 'seance', 'from:keller', '@domaine.fr', 'in:inbox'])
      expect(await customer.titles(q)).toEqual(['Séance']);
    const { data } = await customer.search('réunion');
    expect(data).toMatchObject([
      {
        kind: 'message',
        snippet: 'La <mark>réunion</mark> commence à 9 h.',
        at: '2026-03-10T08:00:00.000Z',
        mailbox: { resourceId: customer.mailboxId, folder: 'INBOX' },
      },
    ]);
    expect(await test.eventsOf(customer.organizationId)).toMatchObject([
      { type: 'search.mailbox.imported', data: { resourceId: customer.mailboxId, accepted: 1, quarantined: 0 } },
    ]);
  });

  it('imports an mbox and quarantines malformed messages with their reason (SRCH-8)', async () => {
    const file = mbox(
      rawMail({ subject: 'un', headers: ['Status: O', 'X-Status: F'] }),
      'no mail at all\n',
      rawMail({ subject: 'deux' }),
      ' \n',
      rawMail({ subject: 'un', headers: ['Status: O', 'X-Status: F'] }),
      rawMail({ subject: 'trois' }),
    );
    const outcome = await customer.importMail(file, { type: 'application/mbox' });
    expect(outcome).toMatchObject({
      accepted: 3,
      alreadyThere: 1,
      quarantinedCount: 2,
      quarantined: [
        { index: 1, code: 'MESSAGE_NOT_MAIL' },
        { index: 3, code: 'MESSAGE_EMPTY' },
      ],
    });
    expect(
      await test.rows('select position, code from quarantine where mailbox_id = $1 order by position', [
        uuid(customer.mailboxId),
      ]),
    ).toEqual([
      { position: 1, code: 'MESSAGE_NOT_MAIL' },
      { position: 3, code: 'MESSAGE_EMPTY' },
    ]);
    expect((await customer.titles('')).sort()).toEqual(['deux', 'trois', 'un']);
    expect(await customer.titles('is:unread is:starred')).toEqual(['un']);

    // A repeated import with other line ends adds no message and publishes no event. An import into another folder
    // moves the message.
    const eventCount = (await test.eventsOf(customer.organizationId)).length;
    expect(await customer.importMail(file.replaceAll('\n', '\r\n'), { type: 'application/mbox' })).toMatchObject({
      accepted: 0,
      alreadyThere: 4,
      quarantinedCount: 2,
    });
    expect((await test.eventsOf(customer.organizationId)).length).toBe(eventCount);
    expect(await customer.importMail(rawMail({ subject: 'deux' }), { folder: 'Archive' })).toMatchObject({
      accepted: 0,
      alreadyThere: 1,
    });
    expect(await customer.titles('in:archive')).toEqual(['deux']);
    expect(
      await test.rows('select count(*)::int as count from message where organization_id = $1', [
        uuid(customer.organizationId),
      ]),
    ).toEqual([{ count: 3 }]);
  });

  it.each<[PersonName, string]>([
    ['ben', 'ok'],
    ['admin', 'MAILBOX_NOT_FOUND'],
    ['external', 'MAILBOX_NOT_FOUND'],
  ])(
    'checks before the upload (preflight) whether %s may read the mailbox, returns %s, and writes nothing',
    async (personName, code) => {
      const input = { organizationId: customer.organizationId, resourceId: customer.mailboxId, fileId: id('fil') };
      expect(await test.codeOf(importMessages, input, customer.as(personName), { preflightOnly: true })).toBe(code);
      expect(
        await test.codeOf(importMessages, { ...input, resourceId: id('res') }, customer.as(personName), {
          preflightOnly: true,
        }),
      ).toBe('MAILBOX_NOT_FOUND');
      expect(
        await test.rows('select from mailbox where organization_id = $1', [uuid(customer.organizationId)]),
      ).toEqual([]);
    },
  );

  it('refuses a file of another organization', async () => {
    const fileId = await new Customer(fixture).upload(rawMail({ subject: 'theirs' }), 'message/rfc822');
    expect(
      await test.codeOf(
        importMessages,
        { organizationId: customer.organizationId, resourceId: customer.mailboxId, fileId },
        customer.as('ben'),
      ),
    ).toBe('FILE_NOT_FOUND');
  });

  it('imports an mbox of many chunks in batches', async () => {
    // The file has more than two chunks of 512 KiB and needs three batches of at most 200 messages.
    const rawMails = Array.from({ length: 450 }, (_, number) =>
      rawMail({ subject: `numéro ${number}`, text: `mot${number} ${'remplissage '.repeat(200)}` }),
    );
    expect(await customer.importMail(mbox(...rawMails), { type: 'application/mbox' })).toMatchObject({
      accepted: 450,
      quarantinedCount: 0,
    });
    expect(await customer.titles('mot449')).toEqual(['numéro 449']);
  });

  it('imports each message once when three imports of the same messages run concurrently', async () => {
    const file = mbox(...Array.from({ length: 30 }, (_, number) => rawMail({ subject: `trois fois ${number}` })));
    const outcomes = await Promise.all([1, 2, 3].map(() => customer.importMail(file, { type: 'application/mbox' })));
    expect(outcomes.map(({ accepted }) => accepted).sort((left, right) => left - right)).toEqual([0, 0, 30]);
  });

  it('returns the first response for a repeated idempotency key', async () => {
    const input = {
      organizationId: customer.organizationId,
      resourceId: customer.mailboxId,
      fileId: await customer.upload(rawMail({ subject: 'clé' }), 'message/rfc822'),
    };
    const responses = [
      await test.call(importMessages, input, customer.as('ben'), { idempotencyKey: 'k-1' }),
      await test.call(importMessages, input, customer.as('ben'), { idempotencyKey: 'k-1' }),
    ];
    expect(responses[1]).toEqual(responses[0]);
    expect(responses[0]).toMatchObject({ accepted: 1 });
  });

  it('refuses a file that is not mail or does not exist', async () => {
    const input = { organizationId: customer.organizationId, resourceId: customer.mailboxId };
    expect(
      await test.codeOf(
        importMessages,
        { ...input, fileId: await customer.upload('%PDF', 'application/pdf') },
        customer.as('ben'),
      ),
    ).toBe('FILE_NOT_MAIL');
    expect(await test.codeOf(importMessages, { ...input, fileId: id('fil') }, customer.as('ben'))).toBe(
      'FILE_NOT_FOUND',
    );
  });

  it('is allowed only for the owner of the mailbox and for holders of the right read (ACC-4)', async () => {
    const [site, otherCustomer] = [id('res'), new Customer(fixture)];
    customer.setResource(customer.hostingProductId, site, 'site', 'alpine.example');
    customer.setGrants(
      { to: 'carla', right: 'read', productId: customer.mailProductId, resourceId: customer.mailboxId },
      { to: 'external', right: 'history', productId: customer.mailProductId, resourceId: customer.mailboxId },
    );
    const fileId = await customer.upload(rawMail({ subject: 'droits' }), 'message/rfc822');
    const importCode = (caller: Caller, organizationId = customer.organizationId, resourceId = customer.mailboxId) =>
      test.codeOf(importMessages, { organizationId, resourceId, fileId }, caller);
    const codes = Object.fromEntries(
      await Promise.all(
        (Object.keys(customer.accountIds) as PersonName[]).map(
          async (name) => [name, await importCode(customer.as(name))] as const,
        ),
      ),
    );
    expect(codes).toEqual({
      chief: 'MAILBOX_NOT_FOUND',
      admin: 'MAILBOX_NOT_FOUND',
      ben: 'ok',
      carla: 'ok',
      accountant: 'MAILBOX_NOT_FOUND',
      external: 'MAILBOX_NOT_FOUND',
    });
    expect(await importCode(customer.as('ben'), customer.organizationId, id('res'))).toBe('MAILBOX_NOT_FOUND');
    expect(await importCode(customer.as('ben'), customer.organizationId, site)).toBe('MAILBOX_NOT_FOUND');
    expect(await importCode(customer.as('ben'), customer.organizationId, otherCustomer.mailboxId)).toBe(
      'MAILBOX_NOT_FOUND',
    );
    expect(await importCode(otherCustomer.as('ben'))).toBe('ORGANIZATION_NOT_FOUND');
    expect(await importCode('nobody')).toBe('SIGN_IN_REQUIRED');
  });
});

describe('a message (SRCH-7, ACC-4)', () => {
  let customer: Customer;
  /** Searches for `secret`. Returns the numbers of found messages and of messages hidden in trash and spam. */
  const foundAndHiddenCounts = async (name: PersonName) => {
    const { data, hiddenInTrashAndSpam } = await customer.search('secret', name);
    return [data.length, hiddenInTrashAndSpam];
  };
  beforeEach(async () => {
    customer = new Customer(fixture);
    await customer.importMail(rawMail({ subject: 'secret' }));
    await customer.importMail(rawMail({ subject: 'secret jeté' }), { folder: 'Corbeille' });
  });

  it('is found by the owner of the mailbox; a role alone gives no access', async () => {
    expect(await foundAndHiddenCounts('ben')).toEqual([1, 1]);
    for (const name of ['chief', 'admin', 'carla', 'accountant', 'external'] as const)
      expect(await foundAndHiddenCounts(name)).toEqual([0, 0]);
  });

  it('is found by holders of the right read on the mailbox or the product until the grant is withdrawn', async () => {
    customer.setGrants(
      { to: 'carla', right: 'read', productId: customer.mailProductId, resourceId: customer.mailboxId },
      { to: 'chief', right: 'read', productId: customer.mailProductId },
      { to: 'admin', right: 'history', productId: customer.mailProductId },
    );
    expect([
      await foundAndHiddenCounts('carla'),
      await foundAndHiddenCounts('chief'),
      await foundAndHiddenCounts('admin'),
    ]).toEqual([
      [1, 1],
      [1, 1],
      [0, 0],
    ]);
    customer.setGrants();
    expect([
      await foundAndHiddenCounts('carla'),
      await foundAndHiddenCounts('chief'),
      await foundAndHiddenCounts('ben'),
    ]).toEqual([
      [0, 0],
      [0, 0],
      [1, 1],
    ]);
  });

  it('is not found by the previous owner of the mailbox', async () => {
    customer.setResource(
      customer.mailProductId,
      customer.mailboxId,
      'mail_address',
      'ben@alpine.example',
      customer.accountIds.carla,
    );
    expect([await foundAndHiddenCounts('ben'), await foundAndHiddenCounts('carla')]).toEqual([
      [0, 0],
      [1, 1],
    ]);
  });

  it('is not found by members of another organization or by blocked members', async () => {
    const otherCustomer = new Customer(fixture);
    expect((await otherCustomer.search('secret')).data).toEqual([]);
    expect(
      await test.codeOf(search, { organizationId: customer.organizationId, q: 'secret' }, otherCustomer.as('ben')),
    ).toBe('ORGANIZATION_NOT_FOUND');
    test.stubbedSnapshots.people
      .get(customer.organizationId)!
      .find(({ accountId }) => accountId === customer.accountIds.ben)!.isBlocked = true;
    test.snapshotChanged('people', customer.organizationId);
    expect(
      await test.codeOf(search, { organizationId: customer.organizationId, q: 'secret' }, customer.as('ben')),
    ).toBe('PERMISSION_DENIED');
  });

  it('is invisible to the runtime role without a tenant context; the search role can only read the index', async () => {
    const INSUFFICIENT_PRIVILEGE = '42501';
    /** Runs a statement as a database role. Returns the count in the first row, or the error code. */
    const resultAs = async (role: string, sql: string) => {
      await test.database.query(`begin; set local role ${role};`);
      try {
        return (await test.database.query<{ count: number }>(sql)).rows[0]?.count;
      } catch (error) {
        return (error as { code: string }).code;
      } finally {
        await test.database.query('rollback');
      }
    };
    const tables = ['message', 'object_entry', 'mailbox', 'quarantine'];
    for (const table of tables)
      expect(await resultAs('cordee_search', `select count(*)::int as count from ${table}`)).toBe(0);
    for (const table of ['mailbox', 'quarantine', 'file_chunk', 'outbox'])
      expect(await resultAs('cordee_search_reader', `select 1 as count from ${table}`)).toBe(INSUFFICIENT_PRIVILEGE);
    for (const table of ['message', 'object_entry'])
      expect(await resultAs('cordee_search_reader', `delete from ${table}`)).toBe(INSUFFICIENT_PRIVILEGE);
  });
});
