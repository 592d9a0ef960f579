import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { getPaymentDetails } from '@cordee/contracts/billing/document';
import { proFormaIssued } from '@cordee/contracts/billing/document-events';
import { DomainError } from '@cordee/contracts/domain-error';
import { listRecipients, memberAdded } from '@cordee/contracts/identity/member';
import { describeResource, listProductResources, resourceAdded } from '@cordee/contracts/products/product';
import { productReceived } from '@cordee/contracts/products/transfer-events';
import { TestService } from '@cordee/testing/test-service';
import { id } from '../../test/search.fixture.ts';
import { searchService } from '../search.service.ts';

let test: TestService;
/** The number of locks on the inbox at each call of another service. */
let inboxLocks: number[];

async function countInboxLocks(): Promise<void> {
  const rows = await test.rows(
    `select from pg_locks where relation = 'inbox'::regclass and mode in ('RowShareLock', 'RowExclusiveLock')`,
  );
  inboxLocks.push(rows.length);
}

beforeAll(async () => {
  test = await TestService.start(searchService);
  await test.stub(listRecipients, async () => {
    await countInboxLocks();
    return { data: [] };
  });
  const countAndThrow = (code: string) => async (): Promise<never> => {
    await countInboxLocks();
    throw new DomainError(code);
  };
  await test.stub(describeResource, countAndThrow('RESOURCE_NOT_FOUND'));
  await test.stub(listProductResources, countAndThrow('PRODUCT_NOT_FOUND'));
  await test.stub(getPaymentDetails, countAndThrow('DOCUMENT_NOT_FOUND'));
});
afterAll(() => test.stop());

const organizationId = id('org');
const events = [
  [memberAdded, { organizationId, memberId: id('mem'), accountId: id('acc') }],
  [resourceAdded, { organizationId, productId: id('prd'), resourceId: id('res'), kind: 'site' }],
  [productReceived, { organizationId, productId: id('prd') }],
  [proFormaIssued, { organizationId, documentId: id('pfm') }],
] as const;

it.each(events.map(([event, changes]) => [event.subject, event, changes] as const))(
  'the reaction to %s calls other services outside of the transaction that claims the event',
  async (_, event, changes) => {
    inboxLocks = [];
    await test.publishEvent(event, { ...(event.example as object), ...changes } as never);
    await test.until(async () => inboxLocks.length > 0, 'the call of another service');
    expect(inboxLocks[0]).toBe(0);
  },
);
