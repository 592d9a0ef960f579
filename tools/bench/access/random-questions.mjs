import { randomWithIds } from '../harness/random-ids.mjs';
import { productType } from './product-types.mjs';

/**
 * Creates random questions. The JSON round trip creates new strings for the ids of the questions, because the ids of a
 * decoded request are not the same string objects as the ids in the snapshot.
 */
export function randomQuestions(seed, { rows }, count, { resourceShare = 0.15, at = new Date() } = {}) {
  const random = randomWithIds(seed);
  const { people } = rows.people;
  const { products, resources } = rows.products;
  const typeOf = new Map(products.map(({ productId, type }) => [productId, type]));
  const questions = Array.from({ length: count }, () => {
    const { accountId } = random.pick(people);
    if (resources.length > 0 && random.chance(resourceShare)) {
      const { productId, resourceId } = random.pick(resources);
      return {
        accountId,
        right: random.pick(productType(typeOf.get(productId)).resourceRights),
        productId,
        resourceId,
      };
    }
    const { productId, type } = random.pick(products);
    return { accountId, right: random.pick(productType(type).rights), productId };
  });
  return JSON.parse(JSON.stringify(questions)).map((question) => ({ resourceId: undefined, ...question, at }));
}
