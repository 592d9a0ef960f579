import path from 'node:path';
import { environment } from '../config.ts';
import { accessIsListed, collaboratorMayExternalMayNot, foldersInherit, teamIsMade } from './access.steps.ts';
import {
  bankFilePays,
  getsProForma,
  invoiceExists,
  ordersHostingAndDrive,
  productsAppear,
  secondTransferLandsOnPrepaid,
} from './buying.steps.ts';
import { mailboxIsTakenIn, oneSearchFindsAll } from './search.steps.ts';
import { saveEvents } from './events.ts';
import { productMoves } from './transfer.steps.ts';
import { annaInvites, annaOpensOrganization, annaSignsUp, rulesOfRolesHold, staffSignsUp } from './people.steps.ts';
import { Story } from './scenario.ts';
import { automaticRenewalPays, nextReminderFollows, remindersArrive, warrantyRenewsOnCredit } from './time.steps.ts';

/** The whole story, told against running services; each step checks what came back. */
const steps: readonly [string, (story: Story) => Promise<void>][] = [
  ['the provider has a staff account', staffSignsUp],
  ['a person signs up', annaSignsUp],
  ['she opens a second organization', annaOpensOrganization],
  ['she invites an administrator, a collaborator and an external', annaInvites],
  ['the rules of roles hold', rulesOfRolesHold],
  ['hosting, drive and mail are ordered', ordersHostingAndDrive],
  ['there is a pro forma with a QR-bill', getsProForma],
  ['a bank file pays it', bankFilePays],
  ['the invoice exists and prints', invoiceExists],
  ['the products appear', productsAppear],
  ['a second transfer with the old reference lands on prepaid', secondTransferLandsOnPrepaid],
  ['a team is made with products, rights and people', teamIsMade],
  ['the collaborator may, the external may not, and it is explained', collaboratorMayExternalMayNot],
  ['a folder is shared, one person is taken out of a part of it and let in again', foldersInherit],
  ['who has access and what she can reach is listed, now and as it was', accessIsListed],
  ['a mailbox of messages is taken in', mailboxIsTakenIn],
  ['14 days before the end, automatic renewal pays from prepaid', automaticRenewalPays],
  ['nobody pays for the drive: renewal warranty renews it on credit', warrantyRenewsOnCredit],
  ['a reminder arrives and is genuine', remindersArrive],
  ['the next reminder follows', nextReminderFollows],
  ['one search finds the invoice, the member and a message', oneSearchFindsAll],
  ['the hosting moves to somebody who had no account', productMoves],
  ['the same, seen as events', saveEvents],
];

const output = path.resolve(environment['OUTPUT'] ?? 'demo-output');
// Addresses of its own for each run, so that the story can be told again on the same data.
const run = Date.now().toString(36);
const story = new Story(
  {
    api: environment['PUBLIC_URL'] ?? 'http://127.0.0.1:3000',
    mail: `http://127.0.0.1:${environment['MAIL_PAGE_PORT'] ?? '3025'}`,
  },
  output,
  (name) => `${name}.${run}@cordee.example`,
);
let passed = 0;
try {
  for (const [index, [title, tell]] of steps.entries()) {
    console.log(`${String(index + 1).padStart(2)}. ${title}`);
    process.send?.({ step: index });
    await tell(story);
    passed += 1;
  }
  console.log(`\nThe story holds: ${passed} steps. Files are in ${path.relative(process.cwd(), output) || output}.`);
} catch (error) {
  console.log(`    FAILED: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
  process.exitCode = 1;
} finally {
  if (process.connected) process.disconnect();
}
