/** Does the same as Map.groupBy. The commands start on the Node of the machine, and Node 20 has no Map.groupBy. */
export function groupBy(items, keyOf) {
  const groups = new Map();
  for (const item of items) {
    const key = keyOf(item);
    if (!groups.has(key)) groups.set(key, []);
    groups.get(key).push(item);
  }
  return groups;
}
