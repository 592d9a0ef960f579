const stringOrComment = /("(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|`(?:\\.|[^`\\])*`)|\/\/[^\n]*|\/\*[\s\S]*?\*\//g;
const staticImport = /(?:^|[\s;}])(?:import|export)\s*(?:type\s)?(?:([\w*{}\s,$]+?)from\s*)?['"]([^'"\n]+)['"]/;
const dynamicImport = /\bimport\(\s*['"]([^'"\n]+)['"]\s*\)/;
const importOrExport = new RegExp(`${staticImport.source}|${dynamicImport.source}`, 'g');

/**
 * Replaces comments with spaces, so that line numbers stay the same. The pattern also matches strings, because a string
 * can contain `//`; strings stay as they are.
 */
export function withoutComments(text) {
  return text.replaceAll(stringOrComment, (match, string) => string ?? match.replaceAll(/[^\n]/g, ' '));
}

/** Returns all imports and re-exports in the text of a file: `{ from, names, line }`. */
export function importsIn(text) {
  return [...text.matchAll(importOrExport)].map((match) => ({
    from: match[2] ?? match[3],
    names: (match[1] ?? '').match(/[\w$]+/g) ?? [],
    line: lineAt(text, match.index + match[0].search(/\S/)),
  }));
}

export const lineAt = (text, index) => text.slice(0, index).split('\n').length;

/** Returns the package name of an import: "@scope/name/path" → "@scope/name". */
export const packageOf = (specifier) =>
  specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
