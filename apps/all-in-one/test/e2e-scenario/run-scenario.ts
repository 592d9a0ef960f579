import path from 'node:path';
import { environment } from '../../src/config.ts';
import { accessIsDecidedAndExplained, accessIsListed, annaCreatesTeam, foldersInheritRights } from './access.steps.ts';
import {
  bankFilePaysProForma,
  proFormaIsIssued,
  invoiceIsIssued,
  brunoOrdersProducts,
  productsAppear,
  secondPaymentBecomesPrepaid,
} from './buying.steps.ts';
import { cardIsStored } from './card.steps.ts';
import { mailboxIsImported, oneSearchFindsAll } from './search.steps.ts';
import { eventsAreValid } from './events.ts';
import { productIsTransferred } from './transfer.steps.ts';
import {
  annaInvites,
  annaCreatesOrganization,
  annaSignsUp,
  claraResetsPassword,
  roleRulesAreEnforced,
  staffSignsUp,
} from './people.steps.ts';
import { Scenario } from './scenario.ts';
import { automaticRenewalPays, nextReminderIsSent, remindersArrive, warrantyRenewsOnCredit } from './time.steps.ts';

/** The end-to-end scenario. It runs against running services, and each step checks the answers. */
const steps: readonly [string, (scenario: Scenario) => Promise<void>][] = [
  ['the provider has a staff account', staffSignsUp],
  ['a person signs up', annaSignsUp],
  ['the person creates a second organization', annaCreatesOrganization],
  ['the person invites an administrator, a collaborator and an external', annaInvites],
  ['the rules about roles are enforced', roleRulesAreEnforced],
  ['hosting, drive and mail are ordered', brunoOrdersProducts],
  ['a pro forma with a QR-bill is issued', proFormaIsIssued],
  ['a bank file pays the pro forma', bankFilePaysProForma],
  ['the invoice is issued and has a PDF', invoiceIsIssued],
  ['the products are created', productsAppear],
  ['a second payment with the old reference becomes prepaid', secondPaymentBecomesPrepaid],
  ['a card is stored', cardIsStored],
  ['a team is created with rights and people', annaCreatesTeam],
  ['the collaborator has access, the external does not, and both are explained', accessIsDecidedAndExplained],
  ['a shared folder passes its rights on, except where it is restricted', foldersInheritRights],
  ['access is listed by right and by person, at present and in the past', accessIsListed],
  ['a mailbox is imported', mailboxIsImported],
  ['14 days before the end of the period, automatic renewal pays from prepaid', automaticRenewalPays],
  ['the drive is not paid: renewal warranty renews it on credit', warrantyRenewsOnCredit],
  ['a reminder is sent and is verified as genuine', remindersArrive],
  ['the next reminder is sent', nextReminderIsSent],
  ['one search finds the invoice, the member and a message', oneSearchFindsAll],
  ['the hosting is transferred to a person without an account', productIsTransferred],
  ['the collaborator resets her password by mail', claraResetsPassword],
  ['the events of all steps are valid', eventsAreValid],
];

const output = path.resolve(environment['OUTPUT'] ?? 'demo-output');
// Each run uses its own mail addresses, so that the scenario can run again on the same data.
const runSuffix = Date.now().toString(36);
const scenario = new Scenario(
  {
    api: environment['PUBLIC_URL'] ?? 'http://127.0.0.1:3000',
    mail: `http://127.0.0.1:${environment['MAIL_PAGE_PORT'] ?? '3025'}`,
  },
  output,
  (name) => `${name}.${runSuffix}@cordee.example`,
);
let passedCount = 0;
try {
  for (const [index, [title, runStep]] of steps.entries()) {
    console.log(`${String(index + 1).padStart(2)}. ${title}`);
    // `tools/run/scenario.mjs` counts the steps and can kill a service at each step.
    process.send?.({ step: index });
    await runStep(scenario);
    passedCount += 1;
  }
  console.log(`\nAll ${passedCount} steps passed. Files are in ${path.relative(process.cwd(), output) || output}.`);
} catch (error) {
  console.log(`    FAILED: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
  process.exitCode = 1;
} finally {
  if (process.connected) process.disconnect();
}
