import { StepFailure } from '../run/step-failure.mjs';
import { attackList } from './attack-list.mjs';

/**
 * Returns the entries of the list that the names select, and the attacks and specs to run. A name is a key, an id, or
 * the name of an attack; without names, all entries are selected. `isLive` omits the specs, and the entries that have
 * only specs.
 */
export function selectEntries(names, { live: isLive = false } = {}) {
  const isNamed = (name, { key, ids }) => key === name || ids.includes(name);
  const hasAttack = (name, { attacks = [] }) => attacks.includes(name);
  const unknownNames = names.filter(
    (name) => !attackList.some((entry) => isNamed(name, entry) || hasAttack(name, entry)),
  );
  if (unknownNames.length > 0)
    throw new StepFailure(`There is no attack ${unknownNames.join(', ')}; npm run attacks -- --list shows the keys.`);
  const isSelected = (entry) => names.length === 0 || names.some((name) => isNamed(name, entry));
  // The name of an attack that is not a key selects only this attack.
  const onlyAttacks = names.filter((name) => !attackList.some((entry) => isNamed(name, entry)));
  const entries = attackList.flatMap((entry) => {
    const { attacks = [], specs = [] } = entry;
    if (isSelected(entry) && isLive)
      return attacks.length === 0 && specs.length > 0 ? [] : [{ ...entry, attacks, specs: [] }];
    if (isSelected(entry)) return [{ ...entry, attacks, specs }];
    const wantedAttacks = attacks.filter((name) => onlyAttacks.includes(name));
    return wantedAttacks.length > 0 ? [{ ...entry, attacks: wantedAttacks, specs: [] }] : [];
  });
  return {
    entries,
    attackNames: [...new Set(entries.flatMap(({ attacks }) => attacks))],
    specs: [...new Set(entries.flatMap(({ specs }) => specs))],
  };
}

/**
 * Combines the results of attacks and specs into one result per entry. When several entries name an attack, its figures
 * are in the first of these entries.
 */
export function entryResults(entries, attackResults, specResults) {
  const shownNames = new Set();
  return entries.map(({ key, title, ids, attacks, specs, missing }) => {
    const rows = [
      ...attackResults.filter(({ name }) => attacks.includes(name)),
      ...specResults.filter(({ name }) => specs.includes(name)),
    ].map((row) => {
      const isRepeated = shownNames.has(row.name);
      shownNames.add(row.name);
      return isRepeated ? { ...row, sent: 'see above', figures: [] } : row;
    });
    return { key, title, ids, ok: rows.every(({ ok }) => ok), rows, missing };
  });
}
