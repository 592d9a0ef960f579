// Small edits of TypeScript sources as text; the formatter runs afterwards.

/** Imports names from a module: joins an import that is there, or adds one after the last import. */
export function addImport(text, from, ...names) {
  const existing = new RegExp(`import (type )?\\{([^}]*)\\} from '${escaped(from)}';`);
  const match = existing.exec(text);
  if (match) {
    const isTypeOnly = match[1] !== undefined;
    const listed = match[2]
      .split(',')
      .map((name) => name.trim())
      .filter(Boolean)
      .map((name) => (isTypeOnly && !name.startsWith('type ') ? `type ${name}` : name));
    const missing = names.filter((name) => !listed.includes(name) && !listed.includes(name.replace(/^type /, '')));
    if (missing.length === 0) return text;
    return text.replace(match[0], `import { ${[...listed, ...missing].join(', ')} } from '${from}';`);
  }
  const line = `import { ${names.join(', ')} } from '${from}';\n`;
  const imports = [...text.matchAll(/^import [\s\S]*?from '[^']+';\n/gm)];
  const last = imports.at(-1);
  const end = last ? last.index + last[0].length : 0;
  return text.slice(0, end) + line + text.slice(end);
}

/** Adds a method at the end of a class. */
export function addMethod(text, className, method) {
  const body = closingBrace(text, new RegExp(`class ${className}\\b[^{]*\\{`));
  return `${text.slice(0, body).trimEnd()}\n\n${method}\n${text.slice(body)}`;
}

/** Adds a statement at the end of a method. */
export function addStatement(text, methodStart, statement) {
  const body = closingBrace(text, methodStart);
  return `${text.slice(0, body).trimEnd()}\n${statement}\n${text.slice(body)}`;
}

/** Adds an element to the list after the first match, `controllers: [`; adds the list when `otherwise` says where. */
export function addToList(text, list, element, otherwise) {
  const match = list.exec(text);
  if (match) {
    const at = match.index + match[0].length;
    return `${text.slice(0, at)}${element}, ${text.slice(at)}`;
  }
  if (!otherwise) throw new Error(`no list ${list} was found`);
  return text.replace(otherwise.after, (found) => `${found} ${otherwise.list.replace('…', element)}`);
}

/** The position of the brace that closes the block which the match opens. */
function closingBrace(text, opening) {
  const match = opening.exec(text);
  if (!match) throw new Error(`${opening} was not found`);
  let depth = 1;
  for (let at = match.index + match[0].length; at < text.length; at += 1) {
    if (text[at] === '{') depth += 1;
    if (text[at] === '}') depth -= 1;
    if (depth === 0) return at;
  }
  throw new Error(`${opening} is not closed`);
}

const escaped = (text) => text.replaceAll(/[.*+?^${}()|[\]\\/]/g, '\\$&');
