import { compareUnions, variantsOf } from './compare-unions.mjs';
import { compareValues } from './compare-values.mjs';
import { within } from './pointers.mjs';

/**
 * Compares two versions of a JSON Schema. Returns the changes that break a program of the earlier version, each with
 * its JSON pointer and a sentence. In the context, `side` is `input` (programs write it) or `output` (programs read
 * it). `readers` are `tolerant` when they ignore unknown enum values, `strict` when they refuse them. `before` and
 * `after` are the documents of the schemas.
 */
export function compareSchemas(before, after, pointer, context) {
  const [earlier, later] = [variantsOf(before, context.before), variantsOf(after, context.after)];
  const compare = (one, other) => compareVariants(one, other, pointer, context);
  if (earlier.length === 1 && later.length === 1) return compare(earlier[0], later[0]);
  return compareUnions(earlier, later, pointer, { ...context, compare });
}

function compareVariants(before, after, pointer, context) {
  const references = before.reference && after.reference ? `${before.reference} ${after.reference}` : undefined;
  const { visited = [] } = context;
  // Schemas can refer to themselves.
  if (references && visited.includes(references)) return [];
  const inner = references ? { ...context, visited: [...visited, references] } : context;
  const at = after.reference ? after.reference.slice(1) : pointer;
  const sentences = typesDiffer(before, after, context.side)
    ? [`the type changes from ${before.type ?? 'any'} to ${after.type ?? 'any'}`]
    : compareValues(before, after, context);
  return [
    ...sentences.map((sentence) => ({ pointer: at, sentence })),
    ...compareProperties(before, after, at, inner),
    ...compareInner('additionalProperties', before, after, at, inner),
    ...compareInner('items', before, after, at, inner),
    ...closed(before, after, at, inner),
  ];
}

/** A number accepts integers, and a schema without a type accepts everything. */
function typesDiffer(before, after, side) {
  const [narrow, wide] = side === 'input' ? [before.type, after.type] : [after.type, before.type];
  return wide !== undefined && narrow !== wide && !(narrow === 'integer' && wide === 'number');
}

function compareProperties(before, after, pointer, context) {
  const [earlier, later] = [before.properties ?? {}, after.properties ?? {}];
  return [...new Set([...Object.keys(earlier), ...Object.keys(later)])].flatMap((name) => {
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
  if (!isThere) return `the ${side} no longer has the field`;
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

/** Compares the schemas that both have under a keyword. */
function compareInner(keyword, before, after, pointer, context) {
  const [earlier, later] = [before[keyword], after[keyword]];
  const areSchemas = [earlier, later].every((value) => typeof value === 'object' && value !== null);
  return areSchemas ? compareSchemas(earlier, later, within(pointer, keyword), context) : [];
}
