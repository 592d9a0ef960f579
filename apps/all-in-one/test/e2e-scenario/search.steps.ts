import assert from 'node:assert/strict';
import type { Scenario } from './scenario.ts';

interface Hits {
  data: { kind: string; title: string; snippet: string }[];
  understood: string;
  hiddenInTrashAndSpam: number;
}

/** Returns a mailbox with three messages in mbox format: plain text, HTML with a script, and a list mail. */
function mbox(scenario: Scenario): string {
  const clara = scenario.person('clara');
  const mails = [
    {
      from: 'Office <office@rescue.example>',
      subject: 'Réunion de lundi',
      type: 'text/plain; charset=utf-8',
      body: [
        'Bonjour Clara Crevoisier,',
        '',
        `la réunion commence à 9 h. La facture ${scenario.result('invoice number')} est payée.`,
        '',
      ].join('\n'),
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
    .flatMap(({ from, subject, type, body }, index) => [
      `From sender@example Mon Jan  5 09:0${index}:00 2026`,
      `From: ${from}`,
      `To: ${clara.name} <${clara.email}>`,
      `Subject: ${subject}`,
      `Date: Mon, 05 Jan 2026 09:0${index}:00 +0100`,
      `Message-ID: <${index}.${clara.accountId}@rescue.example>`,
      'MIME-Version: 1.0',
      `Content-Type: ${type}`,
      'Content-Transfer-Encoding: 8bit',
      '',
      body,
    ])
    .join('\n');
}

export async function mailboxIsImported(scenario: Scenario): Promise<void> {
  const [anna, clara] = [scenario.person('anna'), scenario.person('clara')];
  const { body: mailbox } = await scenario.api.post<{ id: string }>(
    scenario.organizationPath(`/products/${scenario.result('mail_service')}/resources`),
    {
      token: anna.token,
      expect: 201,
      body: { kind: 'mail_address', name: 'clara@alpine.example', ownerAccountId: clara.accountId },
    },
  );
  const path = scenario.organizationPath(`/mailboxes/${mailbox.id}/messages`);
  const file = { type: 'application/mbox', bytes: mbox(scenario) };
  const first = await scenario.api.post<{ accepted: number; alreadyThere: number }>(path, {
    token: clara.token,
    file,
    expect: 201,
  });
  const second = await scenario.api.post<{ accepted: number; alreadyThere: number }>(path, {
    token: clara.token,
    file,
    expect: 201,
  });
  assert.deepEqual([first.body.accepted, second.body.accepted, second.body.alreadyThere], [3, 0, 3]);
  await scenario.api.post(path, { token: anna.token, file, expect: 404 });
  scenario.print('three messages were imported; the second import added none');
  scenario.print('Anna can manage the mailbox but cannot read it');
}

export async function oneSearchFindsAll(scenario: Scenario): Promise<void> {
  const query = `Crevoisier OR ${scenario.result('invoice number')}`;
  const find = async (name: string): Promise<Hits> =>
    (
      await scenario.api.get<Hits>(scenario.organizationPath(`/search?q=${encodeURIComponent(query)}`), {
        token: scenario.person(name).token,
      })
    ).body;
  const found = await scenario.waitFor('invoice, member and message in one search', async () => {
    const hits = await find('clara');
    return ['document', 'person', 'message'].every((kind) => hits.data.some((hit) => hit.kind === kind)) && hits;
  });
  for (const { kind, title, snippet } of found.data)
    scenario.print(`${kind.padEnd(8)} ${title}: ${snippet.replaceAll('\n', ' ').slice(0, 90)}`);
  scenario.print(`understood as: ${found.understood}`);
  assert.deepEqual((await find('eva')).data, []);
  assert.ok(
    (await find('anna')).data.every(({ kind }) => kind !== 'message'),
    'managers cannot read mail',
  );
  const invalid = await scenario.api.get<{ code: string; errors: unknown[] }>(
    scenario.organizationPath(`/search?q=${encodeURIComponent('frm:ben "open')}`),
    { token: scenario.person('clara').token, expect: 422 },
  );
  scenario.print(`Eva finds nothing, Anna finds no messages; an invalid query: ${invalid.body.code}`);
}
