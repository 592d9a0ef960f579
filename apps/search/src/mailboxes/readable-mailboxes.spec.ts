import { describe, expect, it } from '@jest/globals';
import type { AccessFacts } from '@cordee/access/access-facts';
import { toId } from '@cordee/contracts/id';
import * as fc from 'fast-check';
import type { Mailbox } from './mailbox.ts';
import { mayRead, readableMailboxes } from './readable-mailboxes.ts';

const uuid = (number: number) => `0193f8a0-0000-7000-8000-${String(number).padStart(12, '0')}`;
const NOW = new Date('2026-03-20T12:00:00Z');
const organizationId = toId('org', uuid(0));
const accounts = [0, 1, 2, 3].map((number) => toId('acc', uuid(number)));
const products = [0, 1, 2].map((number) => toId('prd', uuid(number)));
const teams = [0, 1].map((number) => toId('team', uuid(number)));
const mailboxes: Mailbox[] = Array.from({ length: 9 }, (_, number) => ({ resourceId: toId('res', uuid(number)), productId: products[number % 3]! }));
const [account, product, team, mailbox] = [fc.constantFrom(...accounts), fc.constantFrom(...products), fc.constantFrom(...teams), fc.constantFrom(...mailboxes)];
const endsAt = fc.constantFrom(null, '2026-03-20T11:59:59.000Z', '2026-04-01T00:00:00.000Z');

const facts: fc.Arbitrary<AccessFacts> = fc.record({
  people: fc.uniqueArray(fc.record({
    accountId: account, memberId: fc.constant(toId('mem', uuid(0))), role: fc.constantFrom('legal_representative', 'administrator', 'collaborator', 'external'), flags: fc.constant([] as never[]), isBlocked: fc.boolean(),
  }), { selector: ({ accountId }) => accountId }).map((people) => ({ organizationId, people })),
  products: fc.uniqueArray(fc.record({
    productId: product, type: fc.constantFrom('mail_service', 'drive'), name: fc.constant('x'), isBlocked: fc.boolean(),
    ownedResources: fc.array(fc.record({ resourceId: mailbox.map(({ resourceId }) => resourceId), accountId: account }), { maxLength: 3 }),
  }), { selector: ({ productId }) => productId }).map((each) => ({ organizationId, products: each })),
  grants: fc.record({
    teams: fc.constant(teams.map((teamId, index) => ({ teamId, parentId: index === 1 ? teams[0]! : null, name: 'x' }))),
    memberships: fc.array(fc.record({ teamId: team, accountId: account, endsAt }), { maxLength: 3 }),
    grants: fc.array(fc.record({
      grantId: fc.constant(toId('grt', uuid(0))),
      holder: fc.oneof(account.map((accountId) => ({ kind: 'account' as const, accountId })), team.map((teamId) => ({ kind: 'team' as const, teamId })), fc.constant({ kind: 'organization' as const })),
      object: fc.oneof(
        product.map((productId) => ({ kind: 'product' as const, productId })),
        fc.constantFrom('mail_service', 'drive').map((type) => ({ kind: 'product_type' as const, type })),
        mailbox.map((each) => ({ kind: 'resource' as const, ...each })),
      ),
      right: fc.constantFrom('read', 'history'), givenBy: fc.constant('x'), givenAt: fc.constant('2026-01-01T00:00:00.000Z'), endsAt, reason: fc.constant(null),
    }), { maxLength: 5 }),
  }).map((grants) => ({ organizationId, ...grants })),
}) as fc.Arbitrary<AccessFacts>;

describe('readable mailboxes', () => {
  it('are those that a decision on each of them allows, whatever the facts', () => {
    fc.assert(fc.property(facts, account, (each, accountId) => {
      expect(readableMailboxes(each, accountId, NOW, mailboxes)).toEqual(mailboxes.filter((one) => mayRead(each, accountId, NOW, one)));
    }), { numRuns: 2_000 });
  });
});
