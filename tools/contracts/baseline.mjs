import fs from 'node:fs';
import path from 'node:path';
import { compareCalls, compareEvents } from './compare-messages.mjs';
import { compareDocuments } from './compare-operations.mjs';
import { groupBy } from '../run/group-by.mjs';

const folder = path.join(import.meta.dirname, 'baseline');
const comparisons = { openapi: compareDocuments, events: compareEvents, calls: compareCalls };

/** Returns the contracts of the baseline: the last release, or the last `npm run contracts:raise`. */
export const readBaseline = () =>
  Object.fromEntries(Object.keys(comparisons).map((name) => [name, JSON.parse(fs.readFileSync(fileOf(name), 'utf8'))]));

export function writeBaseline(contracts) {
  fs.mkdirSync(folder, { recursive: true });
  for (const name of Object.keys(comparisons))
    fs.writeFileSync(fileOf(name), `${JSON.stringify(contracts[name], null, 1)}\n`);
}

const fileOf = (name) => path.join(folder, `${name}.json`);

/** Returns the changes that break programs of the earlier contracts. A change of a shared schema is listed once. */
export function compareContracts(before, after) {
  return Object.entries(comparisons).flatMap(([document, compare]) => {
    const problems = compare(before[document], after[document]);
    const problemsByChange = groupBy(problems, ({ pointer, sentence }) => `${pointer} ${sentence}`);
    return [...problemsByChange.values()].map((same) => {
      const owners = [...new Set(same.map(({ owner }) => owner))];
      return { document, owners, pointer: same[0].pointer, sentence: same[0].sentence };
    });
  });
}

/** Formats a change for people: `listTeams, getTeam: the output no longer has the field (openapi#/components/…)`. */
export function formatChange({ document, owners, pointer, sentence }) {
  const more = owners.length > 3 ? ` and ${owners.length - 3} more` : '';
  return `${owners.slice(0, 3).join(', ')}${more}: ${sentence} (${document}#${pointer})`;
}
