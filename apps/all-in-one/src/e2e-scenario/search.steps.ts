import assert from 'node:assert/strict';
import type { Story } from './scenario.ts';

interface Hits {
  data: { kind: string; title: string; snippet: string }[];
  understood: string;
  hiddenInTrashAndSpam: number;
}

/** Messages as they lie in a mailbox, one of them broken. */
function mbox(story: Story): string {
  const clara = story.person('clara');
  const mails = [
    {
      from: 'Office <office@rescue.example>',
      subject: 'Réunion de lundi',
      type: 'text/plain; charset=utf-8',
      body: `Bonjour Clara Crevoisier,\n\nla réunion commence à 9 h. La facture ${story.get('invoice number')} est payée.\n`,
    },
    {
      from: 'Hut Keeper <hut@alps.example>',
      subject: '=?utf-8?q?Seil_und_H=C3=BCtte?=',
      type: 'text/html; charset=utf-8',
      body: '<p>Das neue <b>Seil</b> liegt in der Hütte.</p><script>alert(1)</script>\n',
    },
    {
      from: 'List <list@lists.example>',
      subject: 'Avalanche bulletin',
      type: 'text/plain; charset=utf-8',
      body: 'Danger level 3 above 2200 m.\n',
    },
  ];
  return mails
    .map(
      ({ from, subject, type, body }, index) =>
        `From sender@example Mon Jan  5 09:0${index}:00 2026\nFrom: ${from}\nTo: ${clara.name} <${clara.email}>\nSubject: ${subject}\nDate: Mon, 05 Jan 2026 09:0${index}:00 +0100\nMessage-ID: <${index}.${clara.accountId}@rescue.example>\nMIME-Version: 1.0\nContent-Type: ${type}\nContent-Transfer-Encoding: 8bit\n\n${body}\n`,
    )
    .join('');
}

export async function mailboxIsTakenIn(story: Story): Promise<void> {
  const [anna, clara] = [story.person('anna'), story.person('clara')];
  const { body: mailbox } = await story.api.post<{ id: string }>(
    story.inOrganization(`/products/${story.get('mail_service')}/resources`),
    {
      token: anna.token,
      expect: 201,
      body: { kind: 'mail_address', name: 'clara@alpine.example', ownerAccountId: clara.accountId },
    },
  );
  const path = story.inOrganization(`/mailboxes/${mailbox.id}/messages`);
  const file = { type: 'application/mbox', bytes: mbox(story) };
  const first = await story.api.post<{ accepted: number; alreadyThere: number }>(path, {
    token: clara.token,
    file,
    expect: 201,
  });
  const second = await story.api.post<{ accepted: number; alreadyThere: number }>(path, {
    token: clara.token,
    file,
    expect: 201,
  });
  assert.deepEqual([first.body.accepted, second.body.accepted, second.body.alreadyThere], [3, 0, 3]);
  await story.api.post(path, { token: anna.token, file, expect: 404 });
  story.say('three messages taken in, none of them twice; Anna, who may manage the mailbox, may not read it');
}

export async function oneSearchFindsAll(story: Story): Promise<void> {
  const q = `Crevoisier OR ${story.get('invoice number')}`;
  const find = async (name: string): Promise<Hits> =>
    (
      await story.api.get<Hits>(story.inOrganization(`/search?q=${encodeURIComponent(q)}`), {
        token: story.person(name).token,
      })
    ).body;
  const found = await story.until('invoice, member and message in one search', async () => {
    const hits = await find('clara');
    return ['document', 'person', 'message'].every((kind) => hits.data.some((hit) => hit.kind === kind)) && hits;
  });
  for (const { kind, title, snippet } of found.data)
    story.say(`${kind.padEnd(8)} ${title}: ${snippet.replaceAll('\n', ' ').slice(0, 90)}`);
  story.say(`understood as: ${found.understood}`);
  const evas = await find('eva');
  assert.deepEqual(evas.data, []);
  assert.ok(
    (await find('anna')).data.every(({ kind }) => kind !== 'message'),
    'who manages does not read mail',
  );
  const wrong = await story.api.get<{ code: string; errors: unknown[] }>(
    story.inOrganization(`/search?q=${encodeURIComponent('frm:ben "open')}`),
    { token: story.person('clara').token, expect: 422 },
  );
  story.say(`Eva finds nothing, Anna no message; a wrong query: ${wrong.body.code}`);
}
