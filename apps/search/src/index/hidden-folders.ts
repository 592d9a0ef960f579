import { ANYWHERE, conditionsOf, fieldEntry, type QueryTree } from '../query/query-tree.ts';

/**
 * Compiles the condition over `message` for the folders that a search leaves out: trash and spam, unless the query
 * names the folder (SRCH-1). `compileFolder` compiles the condition for one named folder. Returns undefined when the
 * query searches all folders.
 */
export function compileHiddenFolders(tree: QueryTree, compileFolder: (folder: string) => string): string | undefined {
  const folders = namedFolders(tree);
  if (folders.includes(ANYWHERE)) return undefined;
  return ["folder_role in ('trash', 'junk')", ...folders.map((folder) => `not ${compileFolder(folder)}`)].join(' and ');
}

function namedFolders(tree: QueryTree): string[] {
  const folders = new Set<string>();
  for (const { condition, isNegated } of conditionsOf(tree)) {
    const entry = fieldEntry(condition);
    if (entry.field === 'inMailbox' && !isNegated) folders.add(entry.value);
  }
  return [...folders];
}
