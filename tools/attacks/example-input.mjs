/** Fields with which an example would lock the attacker out, or change the catalogue for all attacks. */
const overrides = { isSecondFactorRequired: false, key: 'no_such_type', to: '2020-01-01T00:00:00.000Z' };
const staffOverrides = { type: 'no_such_type' };

/**
 * Returns the example of a contract with existing ids. `ids` contains an id for each prefix, for example
 * `{ org: 'org_…' }`; ids with other prefixes stay as they are.
 */
export function exampleInput({ example, access }, ids) {
  const input = JSON.parse(JSON.stringify(example.input), (_, value) =>
    typeof value === 'string' ? (ids[/^([a-z]{3,4})_[0-9a-z]{26}$/.exec(value)?.[1]] ?? value) : value,
  );
  const replacements = { ...overrides, ...(access === 'staff' ? staffOverrides : {}) };
  for (const [name, value] of Object.entries(replacements))
    if (typeof input[name] === typeof value) input[name] = value;
  return input;
}
