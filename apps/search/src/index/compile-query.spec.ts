import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { createTestDatabase } from '@cordee/testing/test-database';
import { serverUrl } from '@cordee/testing/test-environment';
import * as fc from 'fast-check';
import { Client } from 'pg';
import { parseMessage } from '../messages/parse/parse-message.ts';
import { search0001 } from '../migrations/0001-search.ts';
import { arbitraryTree } from '../../test/arbitrary-tree.ts';
import { parseQuery } from '../query/parse-query.ts';
import type { QueryTree } from '../query/query-tree.ts';
import { compileMessageQuery } from './compile-message-query.ts';
import { compileObjectQuery } from './compile-object-query.ts';
import { messageEntry, upsertMessages, type MessageLocation } from './message-entry.ts';
import { objectEntry, upsertObjects, type OrganizationObject } from './object-entry.ts';
import { queryForms } from './query-forms.ts';
import { StemCache } from './stem-cache.ts';
import type { MessageScope } from './visible-to-viewer.ts';

const organizationId = randomUUID();
const mailboxId = randomUUID();
const otherMailboxId = randomUUID();
const NOW = new Date('2026-03-20T12:00:00Z');
const QUERY_TIME = { now: NOW, zone: 'Europe/Zurich' };
const scope: MessageScope = { organizationId, mailboxIds: [mailboxId] };

let database: Awaited<ReturnType<typeof createTestDatabase>>;
let client: Client;
let stemCache: StemCache;
const stemsOf = (forms: Iterable<string>) =>
  stemCache.stemsOf(
    async (sql, parameters) => (await client.query<{ form: string; stems: string[] }>(sql, parameters)).rows,
    forms,
  );
/** Subjects by message id. Expectations name a message by its subject. */
const subjects = new Map<string, string>();

interface Mail extends Partial<MessageLocation> {
  from?: string;
  to?: string;
  subject: string;
  date?: string;
  text?: string;
  attachment?: string;
  header?: string;
}

async function indexMail(mail: Mail): Promise<void> {
  const {
    from = 'x@exemple.ch',
    to = 'y@exemple.ch',
    subject,
    date = 'Tue, 10 Mar 2026 09:00:00 +0100',
    text = '',
    attachment,
    header,
    ...location
  } = mail;
  const part =
    attachment === undefined
      ? []
      : [
          '--b',
          'Content-Type: application/octet-stream',
          `Content-Disposition: attachment; filename="${attachment}"`,
          '',
          'x'.repeat(2_000),
        ];
  const lines = [
    `From: ${from}`,
    `To: ${to}`,
    `Subject: ${subject}`,
    `Date: ${date}`,
    `Message-ID: <${subject.replaceAll(/\W/g, '')}@exemple.ch>`,
    ...(header ? [header] : []),
    'Content-Type: multipart/mixed; boundary=b',
    '',
    '--b',
    'Content-Type: text/plain; charset=utf-8',
    '',
    text,
    ...part,
    '--b--',
    '',
  ];
  const result = await parseMessage(Buffer.from(lines.join('\r\n')));
  if ('reason' in result) throw new Error(result.reason.detail);
  const id = randomUUID();
  const entry = messageEntry(result.message, {
    organizationId,
    id,
    mailboxId,
    dedupKey: id,
    folder: 'INBOX',
    folderRole: 'inbox',
    isUnread: false,
    isStarred: false,
    importedAt: NOW.toISOString(),
    ...location,
  });
  const { sql, parameters } = upsertMessages([entry], await stemsOf(entry.vector.forms));
  await client.query(sql, parameters);
  subjects.set(id, subject);
}

async function search(
  query: string | QueryTree,
  searchedScope: MessageScope = scope,
): Promise<{ found: string[]; hidden: string[] }> {
  const tree = typeof query === 'string' ? parseQuery(query).tree : query;
  const { where, hiddenWhere, parameters } = compileMessageQuery(
    tree,
    searchedScope,
    QUERY_TIME,
    await stemsOf(queryForms(tree)),
  );
  const run = async (condition: string) => {
    const { rows } = await client.query<{ id: string }>(`select id from message where ${condition}`, parameters.values);
    return rows.map(({ id }) => subjects.get(id)!).toSorted();
  };
  return { found: await run(where), hidden: hiddenWhere === undefined ? [] : await run(hiddenWhere) };
}

beforeAll(async () => {
  database = await createTestDatabase('search', [search0001]);
  const url = new URL(serverUrl('DATABASE_ADMIN_URL'));
  url.pathname = new URL(database.runtime).pathname;
  client = new Client({ connectionString: url.href });
  await client.connect();
  stemCache = new StemCache();
});

afterAll(async () => {
  await client?.end();
  await database?.drop();
});

describe('messages', () => {
  beforeAll(async () => {
    await indexMail({ subject: 'corps', text: 'La re\u0301union des équipées a lieu mardi.' });
    await indexMail({ subject: 'Rapport trimestriel' });
    await indexMail({ subject: 'destinataire', to: '"Jean Dupont" <nomprenom@domaine.fr>' });
    await indexMail({ subject: 'pj', attachment: 'Facture-Été-2026.pdf' });
    await indexMail({ subject: 'elision', text: "Voici l'équipe de France, facture FA-2026-001 de CHF 1'994.75." });
    await indexMail({ subject: 'deutsch', text: 'Die Rechnungen von Herrn Müller aus Zürich' });
    await indexMail({ subject: 'italiano', text: 'le fatture pagate' });
    await indexMail({ subject: 'english', text: 'several unpaid invoices' });
    await indexMail({ subject: 'espanol', text: 'las facturas pendientes' });
    await indexMail({ subject: 'japonais', text: '請求書を送ります' });
    await indexMail({ subject: 'vieux', date: 'Sun, 01 Mar 2026 00:30:00 +0100', isUnread: true, isStarred: true });
    await indexMail({ subject: 'annonce', header: 'List-Id: <annonces.exemple.ch>' });
    await indexMail({ subject: 'agent', header: 'X-Mailer: Courrier Fidèle 3' });
    await indexMail({ subject: 'classe', folder: 'Clients/Needs action', folderRole: '' });
    await indexMail({ subject: 'corbeille cachee', folder: 'Corbeille', folderRole: 'trash' });
    await indexMail({ subject: 'pourriel cache', folder: 'Pourriel', folderRole: 'junk' });
    await indexMail({ subject: 'autre boite', mailboxId: otherMailboxId });
    await indexMail({ subject: 'autre organisation', organizationId: randomUUID() });
  });

  it.each([
    // A word that only one part of the message contains (C-SRCH-01)
    ['mardi', ['corps']],
    ['trimestriel', ['Rapport trimestriel']],
    ['nomprenom', ['destinataire']],
    ['ete', ['pj']],
    // Parts of addresses (C-SRCH-03)
    ['domaine.fr', ['destinataire']],
    ['@domaine.fr', ['destinataire']],
    ['nomprenom@domaine.fr', ['destinataire']],
    ['prenom', ['destinataire']],
    ['to:prenom', ['destinataire']],
    ['to:"jean dupont"', ['destinataire']],
    ['from:prenom', []],
    // Accents, case, stems
    ['réunion', ['corps']],
    ['REUNIONS', ['corps']],
    ['equipe', ['corps', 'elision']],
    ['équipes', ['corps', 'elision']],
    ["l'équipe", ['corps', 'elision']],
    ['rechnung', ['deutsch']],
    ['mueller', ['deutsch']],
    ['MÜLLER', ['deutsch']],
    ['fattura', ['italiano']],
    ['invoice', ['english']],
    ['pendiente', ['espanol']],
    ['請求', ['japonais']],
    ['求請', []],
    // Phrases and prefixes
    ['"équipe de france"', ['elision']],
    ['"france equipe"', []],
    ['trimest*', ['Rapport trimestriel']],
    // Numbers with any separators
    ['FA-2026-001', ['elision']],
    ['fa2026001', ['elision']],
    ['1994.75', ['elision']],
    ['"1 994.75"', ['elision']],
    // Operators (C-SRCH-04)
    ['subject:corps', ['corps']],
    ['subject:mardi', []],
    ['body:mardi', ['corps']],
    ['body:corps', []],
    ['filename:facture', ['pj']],
    ['filename:*.pdf', ['pj']],
    ['has:attachment', ['pj']],
    ['is:unread', ['vieux']],
    ['is:starred is:unread', ['vieux']],
    ['list:annonces', ['annonce']],
    ['list:%', []],
    ['header:x-mailer', ['agent']],
    ['header:X-Mailer=fidele', ['agent']],
    ['header:X-Mailer=outlook', []],
    ['message-id:<vieux@exemple.ch>', ['vieux']],
    ['larger:2000', ['pj']],
    ['before:2026-03-01', []],
    ['before:2026-03-02', ['vieux']],
    ['after:2026-03-01 before:2026-03-02', ['vieux']],
    ['older_than:2w', ['vieux']],
    ['older_than:1y', []],
    ['newer_than:1h', []],
    ['in:"Needs action"', ['classe']],
    ['in:"clients/needs action"', ['classe']],
    ['in:action', []],
    ['kind:message trimestriel', ['Rapport trimestriel']],
    ['kind:invoice trimestriel', []],
    // Structure
    ['mardi OR trimestriel', ['Rapport trimestriel', 'corps']],
    ['réunion -mardi', []],
    ['equipe -mardi', ['elision']],
    ['facture -(filename:pdf OR body:pendientes) -subject:english', expect.arrayContaining(['elision'])],
    // Another mailbox and another organization
    ['boite', []],
    ['organisation', []],
  ])('are found by the query %s with the subjects %j', async (query, expected) =>
    expect((await search(query)).found).toEqual(expected),
  );

  it('are found by size: minSize is inclusive, maxSize is exclusive (C-SRCH-09)', async () => {
    const { rows } = await client.query<{ size: string }>("select size from message where subject = 'pj'");
    const size = Number(rows[0]!.size);
    expect((await search({ minSize: size })).found).toEqual(['pj']);
    expect((await search({ minSize: size + 1 })).found).toEqual([]);
    expect((await search({ maxSize: size })).found).not.toContain('pj');
    expect((await search({ maxSize: size + 1 })).found).toContain('pj');
  });

  it.each([
    ['cachee OR cache', [], ['corbeille cachee', 'pourriel cache']],
    ['in:trash', ['corbeille cachee'], []],
    ['in:Corbeille', ['corbeille cachee'], []],
    ['(cachee OR cache) in:junk', ['pourriel cache'], []],
    ['(cachee OR cache) in:anywhere', ['corbeille cachee', 'pourriel cache'], []],
    ['(cachee OR cache) -in:trash', [], ['pourriel cache']],
  ])(
    'are found by %s with the subjects %j; %j in trash and spam are hidden (C-SRCH-10)',
    async (query, found, hidden) => expect(await search(query)).toEqual({ found, hidden }),
  );

  it('are found only in the mailboxes of the scope', async () => {
    expect((await search('boite', { organizationId, mailboxIds: [otherMailboxId, mailboxId] })).found).toEqual([
      'autre boite',
    ]);
    expect((await search('', { organizationId, mailboxIds: [] })).found).toEqual([]);
    expect((await search('-boite OR boite', { organizationId: randomUUID(), mailboxIds: [mailboxId] })).found).toEqual(
      [],
    );
  });

  it('get their new folder and flags when they are imported again', async () => {
    await indexMail({ subject: 'deux fois', dedupKey: 'uid-7', isUnread: true });
    await indexMail({ subject: 'deux fois', dedupKey: 'uid-7', folder: 'Archive', folderRole: 'archive' });
    expect((await search('subject:"deux fois" in:archive -is:unread')).found).toEqual(['deux fois']);
  });

  it('property: are found by a query or its negation, never by both; the SQL contains no query text', async () => {
    const messageCount = (await search({ inMailbox: 'anywhere' })).found.length;
    const count = async (tree: QueryTree) =>
      (await search({ operator: 'AND', conditions: [{ inMailbox: 'anywhere' }, tree] })).found.length;
    await fc.assert(
      fc.asyncProperty(arbitraryTree, async (tree) => {
        expect((await count(tree)) + (await count({ operator: 'NOT', conditions: [tree] }))).toBe(messageCount);
        // Query texts are bound values, so the SQL contains only the characters that the compiler itself writes.
        const { where } = compileMessageQuery(tree, scope, QUERY_TIME, new Map());
        expect(where).toMatch(/^[a-z_ ()$\d:=<>@&,.'|{}[\]/-]+$/);
      }),
      { numRuns: 300 },
    );
  });

  it('property: are stored with any text', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.string({ unit: 'binary', maxLength: 200 }),
        fc.string({ unit: 'grapheme', maxLength: 60 }),
        async (text, subject) => {
          const result = await parseMessage(Buffer.from(`From: ${text}\nSubject: ${subject}\nX-A: ${text}\n\n${text}`));
          if ('reason' in result) return;
          const entry = messageEntry(result.message, {
            organizationId: randomUUID(),
            id: randomUUID(),
            mailboxId,
            dedupKey: 'x',
            folder: 'INBOX',
            folderRole: 'inbox',
            isUnread: false,
            isStarred: false,
            importedAt: NOW.toISOString(),
          });
          const { sql, parameters } = upsertMessages([entry], await stemsOf(entry.vector.forms));
          await client.query(sql, parameters);
        },
      ),
      { numRuns: 200 },
    );
  });

  it('with 60,000 words are found by a phrase at the start and by a later word', async () => {
    const text = Array.from({ length: 60_000 }, (_, index) => `mot${index}`).join(' ');
    await indexMail({ subject: 'long', text });
    expect((await search('"mot100 mot101"')).found).toEqual(['long']);
    expect((await search('mot20000')).found).toEqual(['long']);
  });

  it('are found with GIN indexes for rare words and addresses, and with the date index for common words', async () => {
    await client.query(
      `insert into message (
         organization_id, id, mailbox_id, dedup_key, folder, folder_key, received_at, size, has_attachment, is_unread,
         is_starred, subject, body, people, attachments, from_text, to_text, cc_text, bcc_text, filenames_text, headers,
         tsv
       )
       select $1, gen_random_uuid(), $2, number::text, 'INBOX', 'inbox',
              $3::timestamptz - number * interval '1 minute', 1, false, false, false, '', '', '{}', '[]',
              ' p' || number || '@exemple.ch ', '', '', '', '', '{}', ('commun mot' || number)::tsvector
       from generate_series(1, 20000) as number`,
      [organizationId, otherMailboxId, NOW],
    );
    await client.query('vacuum analyze message');
    const planOf = async (query: string) => {
      const tree = parseQuery(query).tree;
      const { where, parameters } = compileMessageQuery(
        tree,
        { organizationId, mailboxIds: [otherMailboxId, mailboxId] },
        QUERY_TIME,
        await stemsOf(queryForms(tree)),
      );
      const { rows } = await client.query<{ 'QUERY PLAN': string }>(
        `explain select id from message where ${where} order by received_at desc, id desc limit 20`,
        parameters.values,
      );
      return rows.map((row) => row['QUERY PLAN']).join('\n');
    };
    expect(await planOf('mot777')).toMatch(/message_tsv/);
    expect(await planOf('from:p777@exemple')).toMatch(/message_people/);
    expect(await planOf('commun')).toMatch(/message_newest/);
  });
});

describe('organization objects', () => {
  const object = (fields: Partial<OrganizationObject>): OrganizationObject => ({
    organizationId,
    id: randomUUID(),
    kind: 'invoice',
    title: '',
    body: '',
    namesAndNumbers: [],
    addresses: [],
    facets: {},
    aclTokens: ['billing'],
    occurredAt: null,
    revision: 1,
    ...fields,
  });
  const invoice = object({
    title: 'Facture 2026-000123',
    namesAndNumbers: ['2026-000123', '1994.75', '21 00000 00003 13947 14300 09017'],
    occurredAt: '2026-03-01T08:00:00Z',
  });
  const person = object({
    kind: 'person',
    title: 'Éloïse Müller',
    addresses: ['eloise.mueller@domaine.fr'],
    aclTokens: ['members'],
  });
  const product = object({
    kind: 'product',
    title: 'Hébergement web',
    body: 'site de la boutique',
    aclTokens: ['administrators', 'product:1'],
  });

  async function find(query: string, aclTokens = ['billing', 'members', 'administrators']): Promise<string[]> {
    const tree = parseQuery(query).tree;
    const { where, parameters } = compileObjectQuery(
      tree,
      { organizationId, aclTokens },
      QUERY_TIME,
      await stemsOf(queryForms(tree)),
    );
    const { rows } = await client.query<{ kind: string }>(
      `select kind from object_entry where ${where} order by kind`,
      parameters.values,
    );
    return rows.map(({ kind }) => kind);
  }

  async function store(...objects: OrganizationObject[]): Promise<void> {
    const entries = objects.map(objectEntry);
    const { sql, parameters } = upsertObjects(
      entries,
      await stemsOf(entries.flatMap(({ vector }) => [...vector.forms])),
    );
    await client.query(sql, parameters);
  }

  beforeAll(() => store(invoice, person, product));

  it.each([
    ['2026-000123', ['invoice']],
    ['000123', ['invoice']],
    ["1'994.75", ['invoice']],
    ['199475', ['invoice']],
    ['210000000003139471430009017', ['invoice']],
    ['"21 00000 00003 13947 14300 09017"', ['invoice']],
    ['factures', ['invoice']],
    ['eloise', ['person']],
    ['muller', ['person']],
    ['domaine.fr', ['person']],
    ['mueller@dom', ['person']],
    ['boutiques', ['product']],
    ['kind:product OR kind:person', ['person', 'product']],
    ['after:2026-03-01', ['invoice']],
    ['-kind:invoice', ['person', 'product']],
    ['-after:2026-01-01', ['person', 'product']],
    ['from:eloise', []],
    ['in:anywhere', ['invoice', 'person', 'product']],
  ])('are found by the query %s with the kinds %j', async (query, kinds) => expect(await find(query)).toEqual(kinds));

  it('are found only with one of their ACL tokens', async () => {
    expect(await find('', ['members'])).toEqual(['person']);
    expect(await find('', ['product:1'])).toEqual(['product']);
    expect(await find('', [])).toEqual([]);
    expect(await find('-kind:team', ['product:2'])).toEqual([]);
  });

  it('do not change when an entry with a lower revision arrives later', async () => {
    await store({ ...product, title: 'Serveur', revision: 3 });
    await store({ ...product, title: 'Ancien', revision: 2 });
    expect(await find('serveur')).toEqual(['product']);
    expect(await find('ancien')).toEqual([]);
  });
});
