import { groupBy } from '../run/group-by.mjs';
import { combine, resolve } from './pointers.mjs';

/** Returns the alternatives of a schema. A schema without alternatives is the only one. */
export function variantsOf(schema, document) {
  const resolved = resolve(schema, document);
  if (Array.isArray(resolved.type)) return resolved.type.flatMap((type) => variantsOf({ ...resolved, type }, document));
  const keyword = ['anyOf', 'oneOf'].find((each) => each in resolved);
  if (!keyword) return [resolved];
  const { reference: _, [keyword]: alternatives, ...shared } = resolved;
  return alternatives.flatMap((alternative) => variantsOf(combine(shared, alternative), document));
}

/**
 * Compares two unions. Each earlier variant of an input must still be accepted. Each later variant of an output must
 * match an earlier one, and no earlier kind may be missing; tolerant readers ignore a variant of a new kind.
 */
export function compareUnions(before, after, pointer, context) {
  const isInput = context.side === 'input';
  const [variants, candidates] = isInput ? [before, after] : [after, before];
  const changes = variants.flatMap((variant) => {
    const attempts = candidates.map((candidate) => {
      const [earlier, later] = isInput ? [variant, candidate] : [candidate, variant];
      return { candidate, problems: context.compare(earlier, later) };
    });
    if (attempts.some(({ problems }) => problems.length === 0)) return [];
    if (!isInput && context.readers === 'tolerant' && isNewKind(variant, before)) return [];
    const ofSameKind = attempts.filter(({ candidate }) => kindOf(candidate) === kindOf(variant));
    const [closest] = ofSameKind.map(({ problems }) => problems).sort((one, other) => one.length - other.length);
    return closest ?? [{ pointer, sentence: sentenceOf(variant, context.side) }];
  });
  if (isInput) return changes;
  const removed = removedKinds(before, after, context.compare);
  return [...changes, ...removed.map((name) => ({ pointer, sentence: `the output is no longer ${name}` }))];
}

const sentenceOf = (variant, side) =>
  side === 'input' ? `the input no longer accepts ${nameOf(variant)}` : `the output can be ${nameOf(variant)} now`;

const nameOf = ({ const: constant, type, properties = {} }) =>
  constant === undefined
    ? [type ?? 'any value', ...constantsOf({ properties }).map(([name, value]) => `with ${name} ${value}`)].join(' ')
    : JSON.stringify(constant);

/**
 * Returns the names of the earlier kinds of an output that no later variant has. An output may become never null, and
 * a variant that matches an earlier one replaces it.
 */
function removedKinds(before, after, compare) {
  return [...groupBy(before, kindOf)].flatMap(([kind, variants]) => {
    const remaining = after.filter((variant) => kindOf(variant) === kind).length;
    const lost = variants.filter((earlier) => after.every((later) => compare(earlier, later).length > 0));
    return remaining < variants.length && variants[0].type !== 'null' ? lost.map(nameOf) : [];
  });
}

/** Variants with the same type and the same constants are of the same kind. */
const kindOf = (variant) => JSON.stringify([variant.type, constantsOf(variant)]);

/** Returns the constants of a variant: of its fields by name, and its own with an empty name. */
const constantsOf = ({ properties = {}, ...variant }) =>
  [['', variant], ...Object.entries(properties)].flatMap(([name, { const: value }]) =>
    value === undefined ? [] : [[name, value]],
  );

/** True when a constant is new: no earlier variant has it, but earlier variants have other ones. */
function isNewKind(variant, before) {
  const earlier = before.flatMap(constantsOf);
  return constantsOf(variant).some(([name, value]) => {
    const earlierValues = earlier.filter(([other]) => other === name).map(([, earlierValue]) => earlierValue);
    return earlierValues.length > 0 && !earlierValues.includes(value);
  });
}
