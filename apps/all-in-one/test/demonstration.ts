import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { environment } from '../src/config.ts';
import { accessIsDecidedAndExplained, annaCreatesTeam } from './e2e-scenario/access.steps.ts';
import {
  bankFilePaysProForma,
  brunoOrdersProducts,
  invoiceIsIssued,
  productsAppear,
} from './e2e-scenario/buying.steps.ts';
import { mailboxIsImported } from './e2e-scenario/search.steps.ts';
import { annaInvites, annaCreatesOrganization, annaSignsUp, staffSignsUp } from './e2e-scenario/people.steps.ts';
import { password, STAFF_EMAIL, Scenario } from './e2e-scenario/scenario.ts';

/** Loads the demonstration data through the public API unless the data exists, and prints the logins. */
const output = fs.mkdtempSync(path.join(os.tmpdir(), 'cordee-demonstration-'));
const scenario = new Scenario(
  {
    api: environment['PUBLIC_URL'] ?? 'http://127.0.0.1:3000',
    mail: `http://127.0.0.1:${environment['MAIL_PAGE_PORT'] ?? '3025'}`,
  },
  output,
  (name) => `${name}@cordee.example`,
);
const logins = [
  { role: 'legal representative', email: scenario.addressOf('anna') },
  { role: 'administrator', email: scenario.addressOf('bruno') },
  { role: 'collaborator', email: scenario.addressOf('clara') },
  { role: 'external', email: scenario.addressOf('eva') },
  { role: "provider's staff", email: STAFF_EMAIL },
].map((login) => ({ ...login, password }));

try {
  if (await isLoaded(scenario)) {
    console.log('the demonstration data is loaded already');
  } else {
    for (const step of [
      staffSignsUp,
      annaSignsUp,
      annaCreatesOrganization,
      annaInvites,
      brunoOrdersProducts,
      bankFilePaysProForma,
      invoiceIsIssued,
      productsAppear,
      annaCreatesTeam,
      accessIsDecidedAndExplained,
      mailboxIsImported,
    ])
      await step(scenario);
  }
} finally {
  fs.rmSync(output, { recursive: true, force: true });
}
console.log(JSON.stringify({ logins }));

/**
 * Returns true when the team exists, because one of the last steps creates it. Throws when the account of Anna exists
 * without the team: an earlier start was interrupted.
 */
async function isLoaded({ api, addressOf, signIn }: Scenario): Promise<boolean> {
  const clara = await signIn({ email: addressOf('clara') }).catch(() => undefined);
  const anna = await signIn({ email: addressOf('anna') }).catch(() => undefined);
  if (!anna) return false;
  if (clara) {
    const { body } = await api.get<{ data: { organization: { id: string } }[] }>('/v1/me/organizations', {
      token: clara.accessToken,
    });
    const organizationId = body.data[0]?.organization.id;
    const teams =
      organizationId &&
      (await api.get<{ data: unknown[] }>(`/v1/organizations/${organizationId}/teams`, { token: anna.accessToken }));
    if (teams && teams.body.data.length > 0) return true;
  }
  throw new Error(
    'the demonstration data is incomplete because an earlier start was interrupted: run npm start -- --fresh',
  );
}
