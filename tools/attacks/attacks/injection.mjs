import fs from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { mapParallel } from '../../load/setup/parallel.mjs';
import { countStatuses, openClient } from '../client.mjs';
import { exampleInput } from '../example-input.mjs';
import { fieldsOf, isFreeText, withField } from '../fields.mjs';
import { actionsIn, addedRecipientsIn, forgedLinesIn, formulasIn, hasLineBreak, tagsIn } from '../injection-checks.mjs';
import { atLeast, endedPidsOf, judge, measured, none } from '../judge.mjs';
import { MARK, payloads } from '../payloads.mjs';
import { loadRoutes, requestOf } from '../routes.mjs';
import { unlimitedEnv } from '../unlimited-env.mjs';

const PARALLEL = 4;
const MAIL_MS = 15_000;
/** `npm test` sends only every twentieth request. */
const SHORT_STEP = 20;
/** The payloads with `pg_sleep` make the database wait for 20 s. */
const SLOW_MS = 10_000;
/** Commands that end the session of the attacker, or delete the team or the member of the examples. */
const omittedCommands = new Set(['endSession', 'changePassword', 'deleteTeam', 'removeMember']);

export const attack = {
  name: 'injection',
  shows: 'Code in the texts that people write remains text in answers, exports, mails, pages, documents and logs',
  isShort: true,
  env: unlimitedEnv,
  async run({ url, mailUrl, accounts, isShort, logs, pids }) {
    const { organizations } = await accounts({ people: 2, products: 1, teams: 1 });
    const [organization] = organizations;
    const token = () => organization.owner.session.accessToken;
    const client = openClient(url);
    const pidsBefore = pids();
    const routes = await loadRoutes();
    const ids = await idsOf(client, organization);
    const writeAnswers = await sendPayloads({ client, routes, ids, token, isShort });
    await inviteFromOrganizationsNamedByPayload(client, writeAnswers, token);
    const readAnswers = await readBack({ client, routes, ids, token });
    const mails = await mailsWithMark(mailUrl);
    const pages = await Promise.all(
      [`${mailUrl}/`, ...mails.map(({ id }) => `${mailUrl}/${id}`)].map(async (page) => (await fetch(page)).text()),
    );
    const searches = await searchFor({ client, path: organization.path, token });
    client.close();
    const answers = [...writeAnswers, ...readAnswers, ...searches];
    const problems = answers.filter(({ status }) => status === 0 || status >= 500);
    const acceptedAnswers = writeAnswers.filter(({ status }) => status < 300);
    const csv = readAnswers.filter(({ headers }) => /text\/csv/.test(headers['content-type'] ?? ''));
    const pdf = readAnswers.filter(({ headers }) => /application\/pdf/.test(headers['content-type'] ?? ''));
    const html = readAnswers.filter(({ headers }) => /text\/html/.test(headers['content-type'] ?? ''));
    const logText = logs.map((file) => fs.readFileSync(file, 'utf8')).join('\n');
    return judge(
      `${writeAnswers.length} payloads in ${countFields(writeAnswers)} fields, ${searches.length} searches`,
      none(
        'server errors',
        problems.map(({ title, status, code, text }) => `${title}: ${status} ${code} ${text.slice(0, 80)}`),
      ),
      measured('answers', countStatuses(answers)),
      atLeast('fields that accepted a payload', countFields(acceptedAnswers), isShort ? 5 : 10),
      none('texts that came back changed', [...writeAnswers, ...readAnswers].flatMap(changedTextsIn)),
      none(
        `answers after more than ${SLOW_MS / 1_000} s`,
        answers.filter(({ ms }) => ms > SLOW_MS).map(({ title }) => title),
      ),
      atLeast('exports that were read', csv.length, 1),
      none(
        'formulas in exports',
        csv.flatMap(({ text }) => formulasIn(text)),
      ),
      atLeast('documents that were read', pdf.length, isShort ? 1 : 5),
      none(
        'actions in documents',
        pdf.flatMap(({ bytes }) => actionsIn(bytes)),
      ),
      atLeast('mails with a payload', mails.length, isShort ? 1 : 10),
      none(
        'added recipients in mails',
        mails.flatMap(({ raw }) => addedRecipientsIn(raw)),
      ),
      none(
        'line breaks in subjects',
        mails.filter(({ subject }) => hasLineBreak(subject)).map(({ subject }) => subject),
      ),
      none('code in titles and previews of search results', searches.flatMap(resultHtmlIn).flatMap(tagsIn)),
      none(
        'code in mails',
        mails.flatMap((mail) => tagsIn(mail.html)),
      ),
      none('code in pages', [...pages, ...html.map(({ text }) => text)].flatMap(tagsIn)),
      none('forged lines in logs', forgedLinesIn(logText)),
      none(
        'answers that a browser may take for HTML',
        answers.filter(isSniffable).map(({ title }) => title),
      ),
      none('ended processes', endedPidsOf(pidsBefore, pids())),
    );
  },
};

const countFields = (answers) => new Set(answers.map(({ field }) => field)).size;

/** Returns the ids that replace the ids of the examples, by prefix. */
async function idsOf(client, { organizationId, path, owner, people, products, documents }) {
  const token = owner.session.accessToken;
  const { data: teams } = JSON.parse((await client.call('GET', `${path}/teams`, { token })).text);
  const { data: addresses } = JSON.parse((await client.call('GET', `${path}/addresses`, { token })).text);
  return {
    org: organizationId,
    acc: people[1].accountId,
    mem: people[1].memberId,
    team: teams[0].id,
    prd: products[0].id,
    inv: documents[0],
    adr: addresses[0]?.id,
  };
}

async function sendPayloads({ client, routes, ids, token, isShort }) {
  const requests = [];
  for (const [name, contract] of routes) {
    if (contract.kind !== 'command' || contract.access === 'staff' || contract.http.upload || omittedCommands.has(name))
      continue;
    const valid = exampleInput(contract, ids);
    for (const { path } of (await fieldsOf(contract)).filter(isFreeText))
      for (const [kind, payload] of Object.entries(payloads)) {
        const field = `${name} ${path.join('.')}`;
        requests.push({ title: `${field}: ${kind}`, field, contract, input: withField(valid, path, payload) });
      }
  }
  const chosenRequests = isShort ? requests.filter((_, index) => index % SHORT_STEP === 0) : requests;
  return mapParallel(chosenRequests, PARALLEL, async ({ title, field, contract, input }) => {
    const answer = await client.send(
      requestOf(contract, input, { token: contract.access === 'public' ? undefined : token() }),
    );
    return { title, field, ...answer };
  });
}

const sentTexts = Object.values(payloads);

/** Returns the texts of an answer that contain the mark, but no payload in the form in which it was sent. */
function changedTextsIn({ status, headers, text }) {
  if (status >= 300 || !/json/.test(headers['content-type'] ?? '')) return [];
  const values = [];
  JSON.parse(text, (_, value) => {
    if (typeof value === 'string' && value.includes(MARK)) values.push(value);
    return value;
  });
  return values.filter((value) => !sentTexts.some((text) => value.includes(text.trim())));
}

/**
 * Sends an invitation from each organization that has a payload as its name, because the mail contains the name.
 */
async function inviteFromOrganizationsNamedByPayload(client, writeAnswers, token) {
  const createdOrganizations = writeAnswers.filter(
    ({ field, status }) => field === 'createOrganization name' && status < 300,
  );
  for (const [index, { text }] of createdOrganizations.entries())
    await client.call('POST', `/v1/organizations/${JSON.parse(text).id}/invitations`, {
      token: token(),
      body: { email: `injection-${index}-${Date.now()}@attack.example`, role: 'collaborator' },
    });
}

/** Sends every GET query that is not for staff, and downloads up to 50 documents. */
async function readBack({ client, routes, ids, token }) {
  const queries = routes.filter(([, { http, access }]) => http.method === 'GET' && access !== 'staff');
  const inputs = queries.flatMap(([name, contract]) => {
    const input = exampleInput(contract, ids);
    return name === 'exportDocuments'
      ? [
          [name, contract, input],
          [name, contract, { ...input, format: 'semicolon_bom' }],
        ]
      : [[name, contract, input]];
  });
  const send = async ([title, contract, input]) => ({
    title,
    ...(await client.send(requestOf(contract, input, { token: token() }))),
  });
  const answers = await mapParallel(inputs, PARALLEL, send);
  const byName = new Map(routes);
  const documentList = answers.find(({ title }) => title === 'listDocuments');
  const documentIds = JSON.parse(documentList.text).data.map(({ id }) => id);
  const downloads = await mapParallel(documentIds.slice(0, 50), PARALLEL, async (documentId) => {
    const request = requestOf(
      byName.get('downloadDocument'),
      { organizationId: ids.org, documentId },
      { token: token() },
    );
    const response = await fetch(`${client.url}${request.path}`, { headers: request.headers });
    const bytes = Buffer.from(await response.arrayBuffer());
    const headers = Object.fromEntries(response.headers);
    return { title: `document ${documentId}`, status: response.status, headers, text: '', bytes, ms: 0 };
  });
  return [...answers.filter(({ title }) => title !== 'downloadDocument'), ...downloads];
}

/** Returns the mails that contain the mark, with their source. */
async function mailsWithMark(mailUrl) {
  let mails = [];
  let countBefore = -1;
  // Waits until no more mails arrive.
  for (
    const deadline = performance.now() + MAIL_MS;
    performance.now() < deadline && mails.length !== countBefore;
    await sleep(2_000)
  ) {
    countBefore = mails.length;
    const { data } = await (await fetch(`${mailUrl}/messages`)).json();
    mails = data.filter((mail) => JSON.stringify(mail).includes(MARK));
  }
  return Promise.all(
    mails.map(async (mail) => ({ ...mail, raw: await (await fetch(`${mailUrl}/messages/${mail.id}/raw`)).text() })),
  );
}

const searchFor = ({ client, path, token }) =>
  mapParallel([...sentTexts, ...searchQueries], PARALLEL, async (query) => ({
    title: `search for ${query.slice(0, 40)}`,
    ...(await client.call('GET', `${path}/search?q=${encodeURIComponent(query)}`, { token: token() })),
  }));

/** Returns the titles and previews of search results, which are HTML with highlighted matches. */
const resultHtmlIn = ({ status, text }) =>
  status === 200 ? JSON.parse(text).data.flatMap(({ markedTitle, snippet }) => [markedTitle ?? '', snippet ?? '']) : [];

/** Search queries that are malformed, deeply nested or expensive. */
const searchQueries = [
  '"',
  '(((((',
  ')',
  '-',
  '- -',
  'from:',
  'from:from:from:',
  'OR OR OR',
  '* *',
  'a*',
  "a'b",
  'a\\',
  '\\:*',
  'before:0000-00-00',
  'larger:99999999999999999999999999',
  'newer_than:99999999999d',
  '('.repeat(500),
  '-('.repeat(300) + 'a' + ')'.repeat(300),
  'a OR '.repeat(390) + 'a',
  '"a '.repeat(500),
];

const isSniffable = ({ status, headers, text }) =>
  status > 0 && text.includes('<') && headers['x-content-type-options'] !== 'nosniff';
