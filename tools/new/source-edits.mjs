// Small edits of TypeScript sources as text. The formatter formats the files afterwards.

/** Imports names from a module. Extends an existing import of this module, or adds an import after the last import. */
export function addImport(text, from, ...names) {
  const importPattern = new RegExp(`import (type )?\\{([^}]*)\\} from '${escapeForRegExp(from)}';`);
  const match = importPattern.exec(text);
  if (match) {
    const isTypeOnly = match[1] !== undefined;
    const existingNames = match[2]
      .split(',')
      .map((name) => name.trim())
      .filter(Boolean)
      .map((name) => (isTypeOnly && !name.startsWith('type ') ? `type ${name}` : name));
    const missingNames = names.filter(
      (name) => !existingNames.includes(name) && !existingNames.includes(name.replace(/^type /, '')),
    );
    if (missingNames.length === 0) return text;
    return text.replace(match[0], `import { ${[...existingNames, ...missingNames].join(', ')} } from '${from}';`);
  }
  const line = `import { ${names.join(', ')} } from '${from}';\n`;
  const imports = [...text.matchAll(/^import [\s\S]*?from '[^']+';\n/gm)];
  const lastImport = imports.at(-1);
  const end = lastImport ? lastImport.index + lastImport[0].length : 0;
  return text.slice(0, end) + line + text.slice(end);
}

/** Adds a method at the end of a class. */
export function addMethod(text, className, method) {
  const bracePosition = findClosingBrace(text, new RegExp(`class ${className}\\b[^{]*\\{`));
  return `${text.slice(0, bracePosition).trimEnd()}\n\n${method}\n${text.slice(bracePosition)}`;
}

/** Adds a statement at the end of a method. */
export function addStatement(text, methodStart, statement) {
  const bracePosition = findClosingBrace(text, methodStart);
  return `${text.slice(0, bracePosition).trimEnd()}\n${statement}\n${text.slice(bracePosition)}`;
}

/**
 * Adds an element to a list. `listStart` matches the beginning of the list, for instance `controllers: [`. When the
 * list is missing, adds `newList.list` after the match of `newList.after`; the element replaces `…` in this text.
 */
export function addToList(text, listStart, element, newList) {
  const match = listStart.exec(text);
  if (match) {
    const end = match.index + match[0].length;
    return `${text.slice(0, end)}${element}, ${text.slice(end)}`;
  }
  if (!newList) throw new Error(`no list ${listStart} was found`);
  return text.replace(newList.after, (found) => `${found} ${newList.list.replace('…', element)}`);
}

/** Returns the position of the brace that closes the block whose start, with its brace, matches `openingPattern`. */
function findClosingBrace(text, openingPattern) {
  const match = openingPattern.exec(text);
  if (!match) throw new Error(`${openingPattern} was not found`);
  let depth = 1;
  for (let position = match.index + match[0].length; position < text.length; position += 1) {
    if (text[position] === '{') depth += 1;
    if (text[position] === '}') depth -= 1;
    if (depth === 0) return position;
  }
  throw new Error(`${openingPattern} is not closed`);
}

const escapeForRegExp = (text) => text.replaceAll(/[.*+?^${}()|[\]\\/]/g, '\\$&');
