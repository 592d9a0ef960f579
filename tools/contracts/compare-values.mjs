const lowerLimits = ['minLength', 'minimum', 'exclusiveMinimum', 'minItems', 'minProperties'];
const upperLimits = ['maxLength', 'maximum', 'exclusiveMaximum', 'maxItems', 'maxProperties'];

/** The values that an enum or a constant allows; undefined when the schema has neither. */
const valuesOf = (schema) => ('const' in schema ? [schema.const] : schema.enum);

/** Keywords that have no stricter or looser values, so every change to another value is incompatible. */
const exactKeywords = ['pattern', 'format', 'multipleOf', 'uniqueItems', 'contentEncoding'];

/** The keywords of a single value that `compareValues` compares. */
export const valueKeywords = ['const', 'enum', 'default', ...lowerLimits, ...upperLimits, ...exactKeywords];

/** Returns a sentence for each incompatible change of a value: of its enum, limits, pattern, format or default. */
export function compareValues(before, after, { side, readers }) {
  if (side === 'input') {
    return [
      ...missingValues(before, after).map((value) => `the input no longer accepts ${value}`),
      ...tightenedLimits(before, after).map((keyword) => `${keyword} of the input is stricter than before`),
      ...changedKeywords(before, after, exactKeywords, 'after').map((keyword) => `the ${keyword} of the input changes`),
      ...('default' in before && JSON.stringify(before.default) !== JSON.stringify(after.default)
        ? ['the default of the input changes']
        : []),
    ];
  }
  const removed = removedValues(before, after).map((value) => `the output no longer has the value ${value}`);
  if (readers === 'tolerant')
    return [
      ...removed,
      ...changedKeywords(before, after, ['format', 'contentEncoding'], 'both').map(
        (keyword) => `the ${keyword} changes`,
      ),
    ];
  return [
    ...removed,
    ...missingValues(after, before).map((value) => `${value} is a new value, which readers refuse`),
    ...tightenedLimits(after, before).map(
      (keyword) => `${keyword} is looser than before, so readers refuse new values`,
    ),
    ...changedKeywords(before, after, exactKeywords, 'before').map((keyword) => `the ${keyword} changes`),
  ];
}

/** Returns the values of the earlier enum that the later schema does not name. */
function removedValues(before, after) {
  const later = valuesOf(after) ?? [];
  return (valuesOf(before) ?? []).filter((value) => !later.includes(value)).map((value) => JSON.stringify(value));
}

/** Returns the values of `wide` that `narrow` does not allow. */
function missingValues(wide, narrow) {
  const allowed = valuesOf(narrow);
  if (allowed === undefined) return [];
  const wideValues = valuesOf(wide);
  if (wideValues === undefined) return ['other values than those of the enum'];
  return wideValues.filter((value) => !allowed.includes(value)).map((value) => JSON.stringify(value));
}

/** Returns the limits of `narrow` that exclude values of `wide`. */
const tightenedLimits = (wide, narrow) => [
  ...lowerLimits.filter((limit) => (narrow[limit] ?? -Infinity) > (wide[limit] ?? -Infinity)),
  ...upperLimits.filter((limit) => (narrow[limit] ?? Infinity) < (wide[limit] ?? Infinity)),
];

/** Returns the keywords that differ. `required` tells which of the two schemas must have the keyword. */
const changedKeywords = (before, after, keywords, required) =>
  keywords.filter((keyword) => {
    if (before[keyword] === after[keyword]) return false;
    if (required === 'before') return keyword in before;
    if (required === 'after') return keyword in after;
    return keyword in before && keyword in after;
  });
