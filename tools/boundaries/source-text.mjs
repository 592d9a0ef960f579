const stringOrComment = /("(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|`(?:\\.|[^`\\])*`)|\/\/[^\n]*|\/\*[\s\S]*?\*\//g;
const importOrExport =
  /(?:^|[\s;}])(?:import|export)\s*(?:type\s)?(?:([\w*{}\s,$]+?)from\s*)?['"]([^'"\n]+)['"]|\bimport\(\s*['"]([^'"\n]+)['"]\s*\)/g;

/** The text with its comments blanked, line numbers kept. */
export function withoutComments(text) {
  return text.replaceAll(stringOrComment, (match, string) => string ?? match.replaceAll(/[^\n]/g, ' '));
}

/** Every module a source names: `{ from, names, line }`. */
export function importsIn(text) {
  return [...text.matchAll(importOrExport)].map((match) => ({
    from: match[2] ?? match[3],
    names: (match[1] ?? '').match(/[\w$]+/g) ?? [],
    line: lineAt(text, match.index + match[0].search(/\S/)),
  }));
}

export const lineAt = (text, index) => text.slice(0, index).split('\n').length;

/** "@scope/name/deeper" → "@scope/name". */
export const packageOf = (specifier) =>
  specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
