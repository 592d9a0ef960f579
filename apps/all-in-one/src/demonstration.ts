import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { environment } from './config.ts';
import { collaboratorMayExternalMayNot, teamIsMade } from './e2e-scenario/access.steps.ts';
import { bankFilePays, invoiceExists, ordersHostingAndDrive, productsAppear } from './e2e-scenario/buying.steps.ts';
import { mailboxIsTakenIn } from './e2e-scenario/search.steps.ts';
import { annaInvites, annaOpensOrganization, annaSignsUp, staffSignsUp } from './e2e-scenario/people.steps.ts';
import { password, STAFF_EMAIL, Story } from './e2e-scenario/scenario.ts';

/** Loads the demonstration data through the API, as its users would; where it is already there, it only says the logins. */
const output = fs.mkdtempSync(path.join(os.tmpdir(), 'cordee-demonstration-'));
const story = new Story(
  {
    api: environment['PUBLIC_URL'] ?? 'http://127.0.0.1:3000',
    mail: `http://127.0.0.1:${environment['MAIL_PAGE_PORT'] ?? '3025'}`,
  },
  output,
  (name) => `${name}@cordee.example`,
);
const logins = [
  { role: 'legal representative', email: story.address('anna') },
  { role: 'administrator', email: story.address('bruno') },
  { role: 'collaborator', email: story.address('clara') },
  { role: 'external', email: story.address('eva') },
  { role: "provider's staff", email: STAFF_EMAIL },
].map((login) => ({ ...login, password }));

try {
  if (await isThere(story)) {
    console.log('the demonstration data is there');
  } else {
    for (const step of [
      staffSignsUp,
      annaSignsUp,
      annaOpensOrganization,
      annaInvites,
      ordersHostingAndDrive,
      bankFilePays,
      invoiceExists,
      productsAppear,
      teamIsMade,
      collaboratorMayExternalMayNot,
      mailboxIsTakenIn,
    ])
      await step(story);
  }
} finally {
  fs.rmSync(output, { recursive: true, force: true });
}
console.log(JSON.stringify({ logins }));

/** Whether the data was loaded, to its last step. */
async function isThere(loaded: Story): Promise<boolean> {
  const clara = await loaded.signIn({ email: loaded.address('clara') }).catch(() => undefined);
  const anna = await loaded.signIn({ email: loaded.address('anna') }).catch(() => undefined);
  if (!anna) return false;
  const found =
    clara &&
    (
      await loaded.api.get<{ data: { organization: { id: string } }[] }>('/v1/me/organizations', {
        token: clara.accessToken,
      })
    ).body.data[0];
  const teams = found
    ? (
        await loaded.api.get<{ data: unknown[] }>(`/v1/organizations/${found.organization.id}/teams`, {
          token: anna.accessToken,
        })
      ).body.data
    : [];
  if (teams.length === 0)
    throw new Error(
      'the demonstration data is only half there, from an earlier start that was interrupted: npm start -- --fresh begins anew',
    );
  return true;
}
