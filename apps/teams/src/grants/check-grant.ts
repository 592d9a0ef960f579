import type { AccessFacts } from '@cordee/access/access-facts';
import { isNeverForExternals } from '@cordee/access/decide';
import { DomainError } from '@cordee/contracts/domain-error';
import type { GrantObject } from '@cordee/contracts/teams/grant-facts';
import type { Catalogue } from './catalogue.ts';
import type { GrantRequest } from './give-grants.ts';

/** A request and where it stands in the input. */
export type PlacedRequest = GrantRequest & { pointer: string };

/** Whether rights can be given: to whom, on what, and whether products of that type have them. What it needs of others is asked before the first write. */
export class GrantChecks {
  constructor(
    private readonly facts: AccessFacts,
    private readonly catalogue: Catalogue,
  ) {}

  get peopleIds(): ReadonlySet<string> {
    return new Set(this.facts.people.people.map(({ accountId }) => accountId));
  }

  async check(requests: readonly PlacedRequest[], now: Date): Promise<void> {
    // Several rights on one thing ask about it once.
    const rights = new Map<string, Promise<readonly string[]>>();
    for (const request of requests) {
      this.checkHolder(request);
      if (request.endsAt !== null && new Date(request.endsAt) <= now) throw refuse('GRANT_ENDS_IN_PAST', `${request.pointer}/endsAt`, 'is over already');
      const thing = JSON.stringify(request.object);
      if (!rights.has(thing)) rights.set(thing, this.rightsOn(request.object, request.pointer, now));
    }
    await Promise.all(rights.values());
    for (const { object, right, pointer } of requests) {
      if (!(await rights.get(JSON.stringify(object))!).includes(right)) throw refuse('RIGHT_UNKNOWN', pointer, `there is no right ${right} on this`);
    }
  }

  private checkHolder({ holder, right, pointer }: PlacedRequest): void {
    if (holder.kind !== 'account') return;
    const person = this.facts.people.people.find(({ accountId }) => accountId === holder.accountId);
    if (!person) throw refuse('PERSON_UNKNOWN', `${pointer}/holder/accountId`, 'does not belong to the organization');
    if (person.role === 'external' && isNeverForExternals(right)) throw refuse('RIGHT_NOT_FOR_EXTERNALS', `${pointer}/right`, 'is never given to an external');
  }

  /** The rights that can be given on a thing: all of its type on a product, on a resource those of its kind. */
  private async rightsOn(object: GrantObject, pointer: string, now: Date): Promise<readonly string[]> {
    if (object.kind === 'product_type') {
      const type = await this.catalogue.type(object.type, now);
      if (!type) throw refuse('PRODUCT_TYPE_UNKNOWN', `${pointer}/object/type`, 'is not in the catalogue');
      return type.rights;
    }
    const product = this.facts.products.products.find(({ productId }) => productId === object.productId);
    if (!product) throw refuse('PRODUCT_NOT_FOUND', `${pointer}/object/productId`, 'is no product of this organization');
    const type = await this.catalogue.type(product.type, now);
    if (object.kind === 'product') return type?.rights ?? [];
    const resource = await this.catalogue.resource(this.facts.people.organizationId, object.resourceId);
    if (resource?.productId !== object.productId) throw refuse('RESOURCE_NOT_FOUND', `${pointer}/object/resourceId`, 'is no resource of this product');
    return type?.resourceRights.find(({ kind }) => kind === resource.kind)?.rights ?? [];
  }
}

const refuse = (code: string, pointer: string, detail: string): DomainError => new DomainError(code, { errors: [{ pointer, detail, code: code.toLowerCase() }] });
