import { getPaymentDetails } from '@cordee/contracts/billing/document';
import type { Input, Output } from '@cordee/contracts/contract';
import { DomainError } from '@cordee/contracts/domain-error';
import { FILE_CHUNK_BYTES } from '@cordee/contracts/file';
import { newId, type Id, type IdPrefix } from '@cordee/contracts/id';
import { listRecipients } from '@cordee/contracts/identity/member';
import { describeOrganization } from '@cordee/contracts/identity/organization';
import type { Role } from '@cordee/contracts/permissions';
import { describeResource } from '@cordee/contracts/products/product';
import { importMessages, search, searchFiles } from '@cordee/contracts/search/search';
import { TestService, type Caller } from '@cordee/testing/test-service';
import { searchService } from '../src/search.service.ts';

type AccountId = `acc_${string}`;
type PaymentDetails = Output<typeof getPaymentDetails>;
export type PersonName = 'chief' | 'admin' | 'ben' | 'carla' | 'accountant' | 'external';

export const id = <P extends IdPrefix>(prefix: P): Id<P> => newId(prefix, new Date('2026-01-31T09:00:00Z'));

/** Runs the search service and answers for the other services. */
export class SearchFixture {
  readonly resources = new Map<string, Output<typeof describeResource>>();
  readonly names = new Map<AccountId, { name: string; email: string }>();
  readonly paymentDetails = new Map<string, PaymentDetails>();

  private constructor(readonly test: TestService) {}

  static async start(): Promise<SearchFixture> {
    const fixture = new SearchFixture(await TestService.start(searchService, { SEARCH_TIMEOUT_MS: '1000' }));
    await fixture.stubServices();
    return fixture;
  }

  private async stubServices(): Promise<void> {
    const { test, resources, names, paymentDetails } = this;
    await test.stub(describeResource, ({ organizationId, resourceId }) => {
      const resource = resources.get(`${organizationId} ${resourceId}`);
      if (!resource) throw new DomainError('RESOURCE_NOT_FOUND');
      return resource;
    });
    await test.stub(listRecipients, ({ organizationId }) => ({
      data: (test.stubbedSnapshots.people.get(organizationId) ?? []).map(({ accountId, role, flags, isBlocked }) => ({
        accountId,
        role,
        flags,
        isBlocked,
        locale: 'fr' as const,
        ...names.get(accountId)!,
      })),
    }));
    await test.stub(getPaymentDetails, ({ documentId }) => paymentDetails.get(documentId)!);
    await test.stub(describeOrganization, ({ organizationId }) => ({
      id: organizationId,
      name: 'Alpine Rescue',
      legalForm: 'company' as const,
      country: 'CH',
      locale: 'fr' as const,
      timeZone: 'Europe/Zurich',
      currency: 'CHF' as const,
      createdAt: '2026-01-31T09:00:00.000Z',
    }));
  }
}

/** An organization with people of each role, a hosting product, and a mail product with the mailbox of Ben. */
export class Customer {
  readonly organizationId = id('org');
  readonly mailProductId = id('prd');
  readonly hostingProductId = id('prd');
  readonly mailboxId = id('res');
  readonly accountIds = {
    chief: id('acc'),
    admin: id('acc'),
    ben: id('acc'),
    carla: id('acc'),
    accountant: id('acc'),
    external: id('acc'),
  };

  constructor(readonly fixture: SearchFixture) {
    const person = (name: PersonName, role: Role, flags: 'billing.view'[] = []) => {
      const accountId = this.accountIds[name];
      fixture.names.set(accountId, {
        name: `${name[0]!.toUpperCase()}${name.slice(1)} Müller`,
        email: `${name}.mueller@alpine.example`,
      });
      return { accountId, memberId: id('mem'), role, flags, isBlocked: false };
    };
    fixture.test.stubbedSnapshots.people.set(this.organizationId, [
      person('chief', 'legal_representative'),
      person('admin', 'administrator'),
      person('ben', 'collaborator'),
      person('carla', 'collaborator'),
      person('accountant', 'external', ['billing.view']),
      person('external', 'external'),
    ]);
    fixture.test.stubbedSnapshots.products.set(this.organizationId, [
      { productId: this.mailProductId, type: 'mail_service', name: 'alpine mail', resources: [] },
      { productId: this.hostingProductId, type: 'web_hosting', name: 'alpine.example', resources: [] },
    ]);
    this.setResource(this.mailProductId, this.mailboxId, 'mail_address', 'ben@alpine.example', this.accountIds.ben);
  }

  as(name: PersonName): Caller {
    return { account: this.accountIds[name] };
  }

  member(name: PersonName): {
    organizationId: `org_${string}`;
    memberId: `mem_${string}`;
    accountId: AccountId;
    role: Role;
  } {
    const { memberId, accountId, role } = this.fixture.test.stubbedSnapshots.people
      .get(this.organizationId)!
      .find((each) => each.accountId === this.accountIds[name])!;
    return { organizationId: this.organizationId, memberId, accountId, role };
  }

  /** Adds or replaces a resource of a product. */
  setResource(
    productId: `prd_${string}`,
    resourceId: `res_${string}`,
    kind: string,
    name: string,
    ownerAccountId: AccountId | null = null,
  ): void {
    const { test, resources } = this.fixture;
    resources.set(`${this.organizationId} ${resourceId}`, { resourceId, productId, kind, name, ownerAccountId });
    const product = test.stubbedSnapshots.products
      .get(this.organizationId)!
      .find((each) => each.productId === productId)!;
    product.resources = [
      ...product.resources!.filter((each) => each.resourceId !== resourceId),
      { resourceId, kind, name, ownerAccountId },
    ];
    test.snapshotChanged('products', this.organizationId);
  }

  /** Replaces all grants of the organization. Without an argument, the organization has no grants. */
  setGrants(
    ...grants: { to: PersonName; right: string; productId: `prd_${string}`; resourceId?: `res_${string}` }[]
  ): void {
    const { test } = this.fixture;
    const { stubbedSnapshots } = test;
    const { teams = [], memberships = [] } = stubbedSnapshots.grants.get(this.organizationId) ?? {};
    stubbedSnapshots.grants.set(this.organizationId, {
      teams,
      memberships,
      grants: grants.map(({ to, right, productId, resourceId }) => ({
        grantId: id('grt'),
        holder: { kind: 'account', accountId: this.accountIds[to] },
        right,
        endsAt: null,
        object: resourceId ? { kind: 'resource', productId, resourceId } : { kind: 'product', productId },
      })),
    });
    test.snapshotChanged('grants', this.organizationId);
  }

  async upload(content: string, contentType: string): Promise<`fil_${string}`> {
    const fileId = id('fil');
    const bytes = Buffer.from(content);
    for (let position = 0; position * FILE_CHUNK_BYTES < Math.max(1, bytes.length); position += 1) {
      const chunk = bytes.subarray(position * FILE_CHUNK_BYTES, (position + 1) * FILE_CHUNK_BYTES);
      await this.fixture.test.call(
        searchFiles.appendFileChunk,
        {
          organizationId: this.organizationId,
          fileId,
          name: 'upload',
          contentType,
          position,
          bytes: chunk.toString('base64'),
        },
        { service: 'gateway' },
      );
    }
    return fileId;
  }

  async importMail(
    content: string,
    { type = 'message/rfc822', folder = 'INBOX' } = {},
  ): Promise<Output<typeof importMessages>> {
    const fileId = await this.upload(content, type);
    return this.fixture.test.call(
      importMessages,
      { organizationId: this.organizationId, resourceId: this.mailboxId, fileId, folder },
      this.as('ben'),
    );
  }

  async search(
    q: string,
    personName: PersonName = 'ben',
    fields: Partial<Input<typeof search>> = {},
  ): Promise<Output<typeof search>> {
    return this.fixture.test.call(search, { organizationId: this.organizationId, q, ...fields }, this.as(personName));
  }

  async titles(q: string, personName: PersonName = 'ben'): Promise<string[]> {
    return (await this.search(q, personName)).data.map(({ title }) => title).sort();
  }
}

interface MailFields {
  subject: string;
  text?: string;
  date?: string;
  headers?: string[];
}

export const rawMail = ({
  subject,
  text = 'Bonjour',
  date = 'Tue, 10 Mar 2026 09:00:00 +0100',
  headers = [],
}: MailFields): string =>
  [
    'From: Anna Keller <anna@domaine.fr>',
    'To: ben@alpine.example',
    `Subject: ${subject}`,
    `Date: ${date}`,
    'Content-Type: text/plain; charset=utf-8',
    ...headers,
    '',
    text,
    '',
  ].join('\r\n');

export const mbox = (...messages: string[]): string =>
  messages
    .map((message) => `From x@example.ch Tue Mar 10 09:00:00 2026\n${message.replaceAll('\r\n', '\n')}\n`)
    .join('');
