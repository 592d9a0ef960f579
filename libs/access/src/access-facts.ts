import type { PeopleFacts } from '@cordee/contracts/identity/member';
import type { ProductFacts } from '@cordee/contracts/products/product-facts';
import type { GrantFacts } from '@cordee/contracts/teams/grant-facts';

/** Everything a decision about an organization is made from, as its three owners tell it. */
export interface AccessFacts {
  readonly people: PeopleFacts;
  readonly grants: GrantFacts;
  readonly products: ProductFacts;
}
