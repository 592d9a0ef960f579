import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { memberAdded } from '@cordee/contracts/identity/member';
import { search } from '@cordee/contracts/search/search';
import type { TestService } from '@cordee/testing/test-service';
import { Customer, rawMail, mbox, SearchFixture } from '../../test/search.fixture.ts';

let fixture: SearchFixture;
let test: TestService;

beforeAll(async () => {
  fixture = await SearchFixture.start();
  ({ test } = fixture);
});
afterAll(() => test.stop());

const DAY_MS = 86_400_000;

describe('a search', () => {
  it('excludes trash and spam by default and counts the excluded messages (C-SRCH-10)', async () => {
    const customer = new Customer(fixture);
    for (const [subject, folder] of [
      ['ici', 'INBOX'],
      ['jeté', 'INBOX/Trash'],
      ['pourri un', 'Junk'],
      ['pourri deux', 'Spam'],
    ] as const)
      await customer.importMail(rawMail({ subject, text: 'offre' }), { folder });
    const titlesAndHiddenCount = async (q: string) => {
      const { data, hiddenInTrashAndSpam } = await customer.search(q);
      return [data.map(({ title }) => title).toSorted(), hiddenInTrashAndSpam];
    };
    expect(await titlesAndHiddenCount('offre')).toEqual([['ici'], 3]);
    expect(await titlesAndHiddenCount('offre in:trash')).toEqual([['jeté'], 0]);
    expect(await titlesAndHiddenCount('offre in:anywhere')).toEqual([['ici', 'jeté', 'pourri deux', 'pourri un'], 0]);
    // A search for teams matches no message, so no message is hidden.
    expect((await customer.search('offre', 'ben', { kind: 'team' })).hiddenInTrashAndSpam).toBe(0);
  });

  it('returns people first, and pages that new mail does not shift (C-SRCH-13, SRCH-9)', async () => {
    const customer = new Customer(fixture);
    // Ben sees himself.
    const ben = customer.member('ben');
    await test.publishEvent(memberAdded, { ...ben, invitationId: null, invitedBy: null, teamIds: [] });
    const dateInMarch = (day: number) => `${day} Mar 2026 09:00:00 +0000`;
    // Ten messages have the same date, so their order is by id.
    await customer.importMail(
      mbox(
        ...Array.from({ length: 25 }, (_, number) =>
          rawMail({ subject: `page ${number}`, date: dateInMarch(number < 10 ? 1 : number) }),
        ),
      ),
      { type: 'application/mbox' },
    );
    const allIds = (await customer.search('', 'ben', { limit: 200 })).data.map(({ id: hitId }) => hitId);
    expect(allIds[0]).toBe(ben.memberId);
    const pagedIds: string[] = [];
    for (let cursor: string | undefined, page = 0; page === 0 || cursor; page += 1) {
      const { data, nextCursor } = await customer.search('', 'ben', { limit: 4, ...(cursor ? { cursor } : {}) });
      pagedIds.push(...data.map(({ id: hitId }) => hitId));
      await customer.importMail(rawMail({ subject: `entre ${page}`, date: '20 Apr 2026 09:00:00 +0000' }));
      cursor = nextCursor ?? undefined;
    }
    expect(pagedIds).toEqual(allIds);
  });

  it('with an API token finds mail only if a scope allows the right read (ACC-1)', async () => {
    const customer = new Customer(fixture);
    const { organizationId } = customer;
    await customer.importMail(rawMail({ subject: 'reçu' }));
    const titlesWithScopes = async (...scopes: string[]) =>
      (
        await test.call(
          search,
          { organizationId, q: '' },
          { account: customer.accountIds.ben, limits: { organizationId, scopes: ['search:use', ...scopes] } },
        )
      ).data.map(({ title }) => title);
    expect([await titlesWithScopes('product:read', 'right:technical'), await titlesWithScopes('right:read')]).toEqual([
      [],
      ['reçu'],
    ]);
  });

  it('is refused with a cursor of another query or a forged cursor', async () => {
    const customer = new Customer(fixture);
    await customer.importMail(mbox(rawMail({ subject: 'un' }), rawMail({ subject: 'deux' })), {
      type: 'application/mbox',
    });
    const { nextCursor } = await customer.search('bonjour', 'ben', { limit: 1 });
    const codeWithCursor = (q: string, cursor: string) =>
      test.codeOf(search, { organizationId: customer.organizationId, q, cursor }, customer.as('ben'));
    expect(await codeWithCursor('bonjour', nextCursor!)).toBe('ok');
    expect(await codeWithCursor('autre', nextCursor!)).toBe('CURSOR_INVALID');
    expect(await codeWithCursor('bonjour', 'AAAA')).toBe('CURSOR_INVALID');
    const cursorContent = JSON.parse(Buffer.from(nextCursor!, 'base64url').toString()) as unknown[];
    // The elements of a cursor are the fingerprint, the start time, and date and id of the last result.
    for (const [index, value] of [
      [1, 'yesterday'],
      [2, "2026-03-20' or true"],
      [3, 'x'],
      [3, null],
    ] as const) {
      expect(
        await codeWithCursor(
          'bonjour',
          Buffer.from(JSON.stringify(cursorContent.with(index, value))).toString('base64url'),
        ),
      ).toBe('CURSOR_INVALID');
    }
  });

  it.each([
    ['from:', 'VALUE_MISSING', 0],
    ['ben frmo:anna', 'OPERATOR_UNKNOWN', 4],
    ['ben "sans fin', 'QUOTE_OPEN', 4],
    ['(a OR b', 'PARENTHESIS_UNBALANCED', 0],
  ])(
    'with the invalid query %s is refused with the code %s and the position %i (SRCH-2)',
    async (q, code, position) => {
      const customer = new Customer(fixture);
      await expect(customer.search(q)).rejects.toMatchObject({
        code: 'QUERY_INVALID',
        errors: [{ pointer: '/q', code, detail: expect.stringContaining(`position ${position}`) }],
      });
    },
  );

  it('returns the interpreted query and warnings', async () => {
    const customer = new Customer(fixture);
    expect(await customer.search('a OR b c')).toMatchObject({
      understood: '(“a” or “b”) and “c”',
      warnings: [expect.stringContaining('At position 2')],
    });
  });

  it('returns marked titles and snippets with only escaped text and <mark> tags (C-SRCH-12)', async () => {
    const customer = new Customer(fixture);
    await customer.importMail(
      rawMail({
        subject: '<script>alert(1)</script> İstanbul',
        text: '<img src=x onerror=alert(1)> & "çift" re\u0301union',
      }),
    );
    const { data } = await customer.search('reunion OR istanbul');
    expect(data[0]).toMatchObject({
      title: '<script>alert(1)</script> İstanbul',
      markedTitle: '&lt;script&gt;alert(1)&lt;/script&gt; <mark>İstanbul</mark>',
      snippet: '&lt;img src=x onerror=alert(1)&gt; &amp; &quot;çift&quot; <mark>re\u0301union</mark>',
    });
  });

  it('is refused when it takes too long (C-SRCH-19)', async () => {
    const customer = new Customer(fixture);
    await customer.importMail(rawMail({ subject: 'lent' }));
    await test.database.query('begin; lock table message in access exclusive mode;');
    try {
      expect(
        await test.codeOf(search, { organizationId: customer.organizationId, q: 'lent' }, customer.as('ben')),
      ).toBe('QUERY_TOO_COMPLEX');
    } finally {
      await test.database.query('rollback');
    }
    expect(await customer.titles('lent')).toEqual(['lent']);
  });

  it('calculates ages from the time of the first page, and days in the time zone of the organization', async () => {
    const customer = new Customer(fixture);
    const dateDaysAgo = (days: number) => new Date(test.process.clock.now().getTime() - days * DAY_MS).toUTCString();
    await customer.importMail(
      mbox(rawMail({ subject: 'cinq', date: dateDaysAgo(5) }), rawMail({ subject: 'six', date: dateDaysAgo(6) })),
      {
        type: 'application/mbox',
      },
    );
    const firstPage = await customer.search('newer_than:7d', 'ben', { limit: 1 });
    test.moveClockTo(new Date(test.process.clock.now().getTime() + 3 * DAY_MS).toISOString());
    expect(firstPage.data.map(({ title }) => title)).toEqual(['cinq']);
    // Both messages are now older than seven days, but the second page still uses the time of the first page.
    expect(
      (await customer.search('newer_than:7d', 'ben', { limit: 1, cursor: firstPage.nextCursor! })).data.map(
        ({ title }) => title,
      ),
    ).toEqual(['six']);
    expect(await customer.titles('newer_than:7d')).toEqual([]);
    // In Europe/Zurich, the time zone of the organization, this message is from 1 March, 00:30.
    await customer.importMail(rawMail({ subject: 'minuit', date: 'Sat, 28 Feb 2026 23:30:00 +0000' }));
    expect([
      await customer.titles('after:2026-03-01 before:2026-03-02'),
      await customer.titles('before:2026-03-01'),
    ]).toEqual([['minuit'], []]);
  });

  it('answers 40 concurrent requests without a deadlock', async () => {
    const customer = new Customer(fixture);
    await customer.importMail(rawMail({ subject: 'foule' }));
    // The stems of each unique word are not in the cache, so each request loads stems from the database. With a second
    // connection for the stems, the requests could exhaust the connection pool.
    const titlesPerSearch = await Promise.all(
      Array.from({ length: 40 }, (_, number) => customer.titles(`foule OR unique${number}`)),
    );
    expect(new Set(titlesPerSearch.map((titles) => titles.join()))).toEqual(new Set(['foule']));
  });
});
