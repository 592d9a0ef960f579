import { randomFrom } from '../harness/random.mjs';
import { rightsOf } from './catalogue.mjs';

/** Questions about random people and things of an organization, with ids as a caller sends them: equal to those in the facts, and not the same strings. */
export function drawQuestions(seed, { rows }, count, { resourceShare = 0.15, at = new Date() } = {}) {
  const random = randomFrom(seed);
  const { people } = rows.people;
  const { products, resources } = rows.products;
  const typeOf = new Map(products.map(({ productId, type }) => [productId, type]));
  const questions = Array.from({ length: count }, () => {
    const { accountId } = random.one(people);
    if (resources.length > 0 && random.chance(resourceShare)) {
      const { productId, resourceId } = random.one(resources);
      return { accountId, right: random.one(rightsOf(typeOf.get(productId)).inside), productId, resourceId };
    }
    const { productId, type } = random.one(products);
    return { accountId, right: random.one(rightsOf(type).rights), productId };
  });
  return JSON.parse(JSON.stringify(questions)).map((question) => ({ resourceId: undefined, ...question, at }));
}
