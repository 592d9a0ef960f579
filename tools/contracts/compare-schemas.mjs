import { compareUnions, variantsOf } from './compare-unions.mjs';
import { compareValues, valueKeywords } from './compare-values.mjs';
import { within } from './pointers.mjs';

const nestedKeywords = ['items', 'additionalProperties', 'propertyNames'];
/** `variantsOf` has already resolved `anyOf`, `oneOf` and `$ref`. It stores the resolved `$ref` as `reference`. */
const knownKeywords = [
  ...valueKeywords,
  ...nestedKeywords,
  'type',
  'properties',
  'required',
  'allOf',
  '$defs',
  'reference',
];

/**
 * Compares two versions of a JSON Schema. Returns the changes that break a program of the earlier version, each with
 * its JSON pointer and a sentence. In the context, `side` is `input` (programs write it) or `output` (programs read
 * it). `readers` are `tolerant` when they ignore unknown enum values, `strict` when they refuse them.
 * `context.before` and `context.after` are the documents that contain the schemas.
 */
export function compareSchemas(before, after, pointer, context) {
  const [earlier, later] = [variantsOf(before, context.before), variantsOf(after, context.after)];
  const at = after.$ref ? after.$ref.slice(1) : pointer;
  const compare = (one, other) => compareVariants(one, other, at, context);
  if (earlier.length === 1 && later.length === 1) return compare(earlier[0], later[0]);
  return compareUnions(earlier, later, at, { ...context, compare });
}

function compareVariants(before, after, pointer, context) {
  const references = before.reference && after.reference ? `${before.reference} ${after.reference}` : undefined;
  const { visited = [] } = context;
  // Schemas can refer to themselves.
  if (references && visited.includes(references)) return [];
  const inner = references ? { ...context, visited: [...visited, references] } : context;
  const at = after.reference ? after.reference.slice(1) : pointer;
  const unknown = unknownKeywords(before, after);
  const problemsOf = (sentences) => [...unknown, ...sentences].map((sentence) => ({ pointer: at, sentence }));
  if (areTypesIncompatible(before, after, context.side))
    return problemsOf([`the type changes from ${before.type ?? 'any'} to ${after.type ?? 'any'}`]);
  return [
    ...problemsOf(compareValues(before, after, context)),
    ...compareProperties(before, after, at, inner),
    ...nestedKeywords.flatMap((keyword) => compareInner(before[keyword], after[keyword], within(at, keyword), inner)),
    ...compareAllOf(before.allOf ?? [], after.allOf ?? [], within(at, 'allOf'), inner),
    ...closed(before, after, at, inner),
  ];
}

/** A keyword without a comparison could hide a change. */
const unknownKeywords = (before, after) =>
  Object.keys({ ...before, ...after })
    .filter((keyword) => !knownKeywords.includes(keyword))
    .map((keyword) => `the keyword ${keyword} is unknown to tools/contracts/compare-schemas.mjs`);

/**
 * True when the other side would get a value of a type that it does not accept. A number accepts integers, and a schema
 * without a type accepts everything.
 */
function areTypesIncompatible(before, after, side) {
  const [narrow, wide] = side === 'input' ? [before.type, after.type] : [after.type, before.type];
  return wide !== undefined && narrow !== wide && !(narrow === 'integer' && wide === 'number');
}

function compareProperties(before, after, pointer, context) {
  const [earlier, later] = [before.properties ?? {}, after.properties ?? {}];
  // `required` can name fields that a schema of `allOf` declares.
  const names = [earlier, later].flatMap(Object.keys).concat(before.required ?? [], after.required ?? []);
  return [...new Set(names)].flatMap((name) => {
    const at = within(pointer, 'properties', name);
    const [wasRequired, isRequired] = [before, after].map(({ required = [] }) => required.includes(name));
    const sentence = changeOfField(context.side, {
      wasThere: Object.hasOwn(earlier, name),
      isThere: Object.hasOwn(later, name),
      wasRequired,
      isRequired,
    });
    if (sentence) return [{ pointer: at, sentence }];
    return Object.hasOwn(earlier, name) ? compareSchemas(earlier[name], later[name], at, context) : [];
  });
}

function changeOfField(side, { wasThere, isThere, wasRequired, isRequired }) {
  if (wasThere && !isThere) return `the ${side} no longer has the field`;
  if (side === 'output') return wasRequired && !isRequired ? 'the field can be absent now' : undefined;
  if (!isRequired || wasRequired) return undefined;
  return wasThere ? 'the field becomes required' : 'the new field is required';
}

/** Reports an object that refuses unknown fields, which it accepted before. */
function closed(before, after, pointer, { side }) {
  if (after.type !== 'object' || after.additionalProperties !== false || before.additionalProperties === false)
    return [];
  const sentence = `the ${side} becomes closed: unknown fields are refused`;
  return [{ pointer: within(pointer, 'additionalProperties'), sentence }];
}

/** Compares two schemas under a keyword. Ignores the value `false`; `closed` reports `additionalProperties: false`. */
function compareInner(before, after, pointer, context) {
  if (before === false || after === false) return [];
  if (restrictsValues(before) && restrictsValues(after)) return compareSchemas(before, after, pointer, context);
  if (context.side === 'input')
    return restrictsValues(after) ? [{ pointer, sentence: 'the schema of the input is new' }] : [];
  return restrictsValues(before) ? [{ pointer, sentence: 'the output no longer has the schema' }] : [];
}

/** False for `{}`, `true` and undefined, which accept every value. */
const restrictsValues = (value) => typeof value === 'object' && Object.keys(value).length > 0;

/** Compares the schemas of `allOf` in their order. */
const compareAllOf = (before, after, pointer, context) =>
  (before.length > after.length ? before : after).flatMap((_, index) =>
    compareInner(before[index], after[index], within(pointer, index), context),
  );
