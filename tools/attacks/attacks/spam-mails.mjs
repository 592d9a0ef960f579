import path from 'node:path';
import { mapParallel } from '../../load/setup/parallel.mjs';
import { openClient } from '../client.mjs';
import { createMailbox } from '../create-mailbox.mjs';
import { atLeast, endedPidsOf, judge, measured, none } from '../judge.mjs';
import { loadSpamCorpus } from '../spam-corpus.mjs';
import { unlimitedEnv } from '../unlimited-env.mjs';

const MAILS_PER_FILE = 100;
const PARALLEL = 4;
/** Words that find most of the mails. */
const QUERIES = [
  'the',
  'click',
  'free',
  'http',
  'script',
  'img',
  'font',
  'html',
  'money',
  'list',
  'subject',
  'javascript',
];
const MAX_PAGES = 40;

export const attack = {
  name: 'spam-mails',
  shows: 'Search results and previews of thousands of spam mails contain no HTML of the mails',
  env: unlimitedEnv,
  async run({ url, accounts, logs, pids }) {
    const mails = await loadSpamCorpus(path.dirname(logs[0]));
    const { path: importPath, token, organizationPath } = await createMailbox(accounts);
    const client = openClient(url);
    const pidsBefore = pids();
    const files = Array.from({ length: Math.ceil(mails.length / MAILS_PER_FILE) }, (_, index) =>
      mboxOf(mails.slice(index * MAILS_PER_FILE, (index + 1) * MAILS_PER_FILE)),
    );
    const imports = await mapParallel(files, PARALLEL, (body) =>
      client.send({
        method: 'POST',
        path: importPath,
        headers: {
          authorization: `Bearer ${token()}`,
          'content-type': 'application/mbox',
          'content-length': String(body.length),
        },
        body,
      }),
    );
    const answers = imports.filter(({ status }) => status === 201).map(({ text }) => JSON.parse(text));
    const sum = (name) => answers.reduce((total, answer) => total + answer[name], 0);
    const hits = new Map();
    for (const query of QUERIES)
      for await (const hit of searchAll(client, organizationPath, query, token)) hits.set(`${query} ${hit.id}`, hit);
    client.close();
    const unsafe = [...hits.values()].flatMap(({ markedTitle, snippet }) => [markedTitle, snippet].filter(isUnsafe));
    return judge(
      `${mails.length} mails in ${files.length} files, ${QUERIES.length} searches`,
      none(
        'refused files',
        imports.filter(({ status }) => status !== 201).map(({ status, text }) => `${status} ${text}`),
      ),
      atLeast('imported mails', sum('accepted') + sum('alreadyThere'), mails.length * 0.95),
      measured('quarantined mails', sum('quarantinedCount')),
      atLeast('search results that were read', hits.size, 1_000),
      none('titles and previews with other HTML than <mark>', unsafe),
      none('ended processes', endedPidsOf(pidsBefore, pids())),
    );
  },
};

/** Lines that look like a separator get a `>`, as in every mbox. */
const mboxOf = (mails) =>
  Buffer.concat(
    mails.map((mail) => {
      const text = mail
        .toString('latin1')
        .replace(/^From .*\r?\n/, '')
        .replaceAll(/^(?=>*From )/gm, '>');
      return Buffer.from(`From spam@attack.example Thu Jan  1 10:00:00 2026\n${text}\n\n`, 'latin1');
    }),
  );

/** Texts of results are HTML in which only `<mark>` is allowed. */
const isUnsafe = (html) => /[<>]/.test(html.replaceAll(/<\/?mark>/g, ''));

async function* searchAll(client, organizationPath, query, token) {
  let cursor = '';
  for (let page = 0; page < MAX_PAGES; page += 1) {
    const target = `${organizationPath}/search?limit=50&q=${encodeURIComponent(query)}${cursor}`;
    const { status, text } = await client.call('GET', target, { token: token() });
    if (status !== 200) throw new Error(`search for ${query}: ${status} ${text}`);
    const { data, nextCursor } = JSON.parse(text);
    yield* data;
    if (!nextCursor) return;
    cursor = `&cursor=${encodeURIComponent(nextCursor)}`;
  }
}
