import type { Answer } from '@cordee/contracts/contract';
import { newId } from '@cordee/contracts/id';
import { getRecipient } from '@cordee/contracts/identity/account';
import { listRecipients } from '@cordee/contracts/identity/member';
import { describeOrganization } from '@cordee/contracts/identity/organization';
import { listMessages } from '@cordee/contracts/reminders/message';
import type { Locale } from '@cordee/contracts/values';
import { readPages } from '@cordee/testing/read-pages';
import { TestService } from '@cordee/testing/test-service';
import { TestMailbox } from './test-mailbox.ts';
import { remindersService } from '../src/reminders.service.ts';
import { waitUntilIdle } from './wait-until-idle.ts';

export type Person = Answer<typeof listRecipients>['data'][number];

export const id = <P extends 'acc' | 'org' | 'prd' | 'res' | 'grt' | 'mem' | 'team' | 'trf' | 'evt' | 'pwr'>(
  prefix: P,
) => newId(prefix, new Date());
const person = (name: string, role: Person['role'], flags: Person['flags'] = [], locale: Locale = 'en'): Person => ({
  accountId: id('acc'),
  name,
  email: `${name.toLowerCase()}@example.ch`,
  locale,
  role,
  flags,
  isBlocked: false,
});

/**
 * The reminders service with a mail server, for specs of notices. Every organization is called Alpine Rescue and has
 * the same people.
 */
export class RemindersFixture {
  readonly anna = person('Anna', 'legal_representative', [], 'de');
  readonly admin = person('Admin', 'administrator');
  readonly ben = person('Ben', 'collaborator', ['productEvents'], 'fr');
  readonly cleo = person('Cleo', 'collaborator', ['reminders.email']);
  readonly eva = person('Eva', 'external', ['productEvents']);
  readonly dora = person('Dora', 'collaborator', ['productEvents']);
  readonly blocked = { ...person('Blocked', 'administrator', ['productEvents']), isBlocked: true };
  readonly everybody = [this.anna, this.admin, this.ben, this.cleo, this.eva, this.dora, this.blocked];

  /** The stubbed answer of `getRecipient`, for every account. */
  recipient: Pick<Person, 'email' | 'name' | 'locale'> = {
    email: 'gone@example.ch',
    name: 'Somebody who left',
    locale: 'de',
  };

  private constructor(
    readonly test: TestService,
    readonly smtp: TestMailbox,
  ) {}

  static async start(): Promise<RemindersFixture> {
    const smtp = await TestMailbox.start();
    const test = await TestService.start(remindersService, {
      SMTP_URL: smtp.url,
      PUBLIC_URL: 'https://console.example',
    });
    const fixture = new RemindersFixture(test, smtp);
    await test.stub(listRecipients, () => ({ data: fixture.everybody }));
    await test.stub(describeOrganization, ({ organizationId }) => ({
      id: organizationId,
      name: 'Alpine Rescue',
      legalForm: 'company' as const,
      country: 'CH',
      locale: 'fr' as const,
      timeZone: 'Europe/Zurich',
      currency: 'CHF' as const,
      createdAt: '2026-01-01T00:00:00.000Z',
    }));
    await test.stub(getRecipient, ({ accountId }) => ({ accountId, ...fixture.recipient }));
    return fixture;
  }

  /** Creates an organization with a product, in the snapshots of other services. */
  createOrganization(): { organizationId: `org_${string}`; productId: `prd_${string}` } {
    const [organizationId, productId] = [id('org'), id('prd')];
    this.test.stubbedSnapshots.people.set(
      organizationId,
      this.everybody.map(({ accountId, role, flags, isBlocked }) => ({
        accountId,
        memberId: id('mem'),
        role,
        flags,
        isBlocked,
      })),
    );
    this.test.stubbedSnapshots.products.set(organizationId, [
      { productId, type: 'web_hosting', name: 'alpine.example' },
    ]);
    return { organizationId, productId };
  }

  /** Waits until all due messages are sent, then returns recipient and subject of each sent mail. */
  async recipientsAndSubjects(): Promise<string[]> {
    await waitUntilIdle(this.test);
    return this.smtp.mails.map(({ to, mail }) => `${to} ${mail.subject}`).sort();
  }

  textTo({ email }: Person): string {
    return this.smtp.mails.find(({ to }) => to === email)!.mail.text!;
  }

  /** Returns the dropped reminders with their reasons. */
  async droppedReminders(organizationId: `org_${string}`): Promise<string[]> {
    const data = await readPages(2, (page) =>
      this.test.call(listMessages, { organizationId, ...page }, { account: this.anna.accountId }),
    );
    return data.filter(({ status }) => status === 'dropped').map(({ kind, reason }) => `${kind}: ${reason}`);
  }

  async stop(): Promise<void> {
    await this.test.stop();
    await this.smtp.stop();
  }
}
