import { resolve } from './pointers.mjs';

/** Returns the alternatives of a schema. A schema without alternatives is the only one. */
export function variantsOf(schema, document) {
  const { anyOf, oneOf, ...rest } = resolve(schema, document);
  if (Array.isArray(rest.type)) return rest.type.map((type) => ({ ...rest, type }));
  const alternatives = anyOf ?? oneOf;
  if (!alternatives) return [rest];
  const { reference: _, ...shared } = rest;
  return alternatives.flatMap((alternative) => variantsOf({ ...shared, ...alternative }, document));
}

/**
 * Compares two unions. Each earlier variant of an input must still be accepted. Each later variant of an output must
 * match an earlier one; tolerant readers ignore a variant of a new kind.
 */
export function compareUnions(before, after, pointer, context) {
  const isInput = context.side === 'input';
  const [variants, candidates] = isInput ? [before, after] : [after, before];
  return variants.flatMap((variant) => {
    const attempts = candidates.map((candidate) => {
      const [earlier, later] = isInput ? [variant, candidate] : [candidate, variant];
      return { candidate, problems: context.compare(earlier, later) };
    });
    if (attempts.some(({ problems }) => problems.length === 0)) return [];
    if (!isInput && context.readers === 'tolerant' && isNewKind(variant, before)) return [];
    const ofSameKind = attempts.filter(({ candidate }) => isSameKind(variant, candidate));
    const [closest] = ofSameKind.map(({ problems }) => problems).sort((one, other) => one.length - other.length);
    return closest ?? [{ pointer, sentence: sentenceOf(variant, context.side) }];
  });
}

const sentenceOf = (variant, side) =>
  side === 'input' ? `the input no longer accepts ${nameOf(variant)}` : `the output can be ${nameOf(variant)} now`;

const nameOf = ({ const: constant, type, properties = {} }) =>
  constant === undefined
    ? [type ?? 'any value', ...constantsOf({ properties }).map(([name, value]) => `with ${name} ${value}`)].join(' ')
    : JSON.stringify(constant);

/** True for objects with the same constants. */
const isSameKind = (variant, candidate) =>
  variant.type === 'object' &&
  candidate.type === 'object' &&
  JSON.stringify(constantsOf(variant)) === JSON.stringify(constantsOf(candidate));

const constantsOf = ({ properties = {} }) =>
  Object.entries(properties).flatMap(([name, { const: value }]) => (value === undefined ? [] : [[name, value]]));

/** True when a constant of a field is new: no earlier variant has it, but earlier variants have other ones. */
function isNewKind(variant, before) {
  const earlier = before.flatMap(constantsOf);
  return constantsOf(variant).some(([name, value]) => {
    const earlierValues = earlier.filter(([other]) => other === name).map(([, earlierValue]) => earlierValue);
    return earlierValues.length > 0 && !earlierValues.includes(value);
  });
}
