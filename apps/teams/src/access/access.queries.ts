import { AccessCopy } from '@cordee/access/access-copy';
import type { AccessFacts } from '@cordee/access/access-facts';
import { decide, hasPermission, type Decision, type Question } from '@cordee/access/decide';
import { teamsOf } from '@cordee/access/held-grants';
import { visibleProducts } from '@cordee/access/visible-products';
import { listRecipients } from '@cordee/contracts/identity/member';
import { checkAccess, explainAccess } from '@cordee/contracts/teams/access';
import type { Input, Output } from '@cordee/contracts/contract';
import { DomainError } from '@cordee/contracts/domain-error';
import { RpcClient } from '@cordee/messaging/rpc-client';
import { Handles, type QueryContext } from '@cordee/service/handles';
import { Controller, Inject } from '@nestjs/common';
import { explainDecision } from './explain-decision.ts';

interface Answered {
  facts: AccessFacts;
  question: Question;
  decision: Decision;
  isManager: boolean;
}

@Controller()
export class AccessQueries {
  constructor(
    @Inject(AccessCopy) private readonly access: AccessCopy,
    @Inject(RpcClient) private readonly rpc: RpcClient,
  ) {}

  @Handles(checkAccess)
  async checkAccess(input: Input<typeof checkAccess>, context: QueryContext): Promise<Output<typeof checkAccess>> {
    const { decision } = await this.answer(input, context);
    return { isAllowed: decision.allowed };
  }

  @Handles(explainAccess)
  async explainAccess(input: Input<typeof explainAccess>, context: QueryContext): Promise<Output<typeof explainAccess>> {
    const { facts, question, decision, isManager } = await this.answer(input, context);
    const own = teamsOf(facts, context.accountId, context.now);
    const names = hasPermission(facts.people, context.accountId, 'member:read') && decision.chains.some(({ via }) => via === 'grant') ? await this.names(input.organizationId, context) : undefined;
    return explainDecision(facts, question, decision, {
      language: context.call.language,
      maySee: (teamId) => isManager || own.has(teamId),
      nameOf: (giver) => names?.get(giver),
    });
  }

  private async answer(input: Input<typeof checkAccess>, { accountId, now }: QueryContext): Promise<Answered> {
    const facts = await this.access.facts(input.organizationId);
    const isManager = hasPermission(facts.people, accountId, 'member:manage');
    if (input.accountId && input.accountId !== accountId && !isManager) throw new DomainError('PERMISSION_DENIED');
    const question = { accountId: input.accountId ?? accountId, right: input.right, productId: input.productId, resourceId: input.resourceId, at: now };
    const decision = decide(facts, question);
    // A product that the asker may not know of answers like one that is granted to nobody.
    const isHidden = decision.refusal === 'product_unknown' && !isManager && !visibleProducts(facts, accountId, now).has(input.productId);
    return { facts, question, decision: isHidden ? { ...decision, refusal: 'no_grant' } : decision, isManager };
  }

  /** Names of the people of the organization. An explanation without them is still one: identity need not be there. */
  private async names(organizationId: `org_${string}`, { call }: QueryContext): Promise<Map<string, string>> {
    const people = await this.rpc.call(listRecipients, { organizationId }, { for: call }).catch(() => ({ data: [] }));
    return new Map(people.data.map(({ accountId, name }) => [accountId, name]));
  }
}
