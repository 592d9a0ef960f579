/** `pro-forma` → `proForma`. */
export const camelCase = (kebab) => kebab.replace(/-([a-z0-9])/g, (_, letter) => letter.toUpperCase());

/** `pro-forma` → `ProForma`. */
export const pascalCase = (kebab) => camelCase(kebab).replace(/^./, (letter) => letter.toUpperCase());

/** `pro-forma` → `pro_forma`, for subjects. */
export const snakeCase = (kebab) => kebab.replaceAll('-', '_');

/** `proFormaIssued` → `pro-forma-issued`. */
export const kebabCase = (camel) => camel.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

/** `void`, `document` → `Void a document`. */
export const sentence = (verb, noun) => {
  const words = `${verb} ${/^[aeiou]/.test(noun) ? 'an' : 'a'} ${noun}`.replaceAll('-', ' ');
  return words.replace(/^./, (letter) => letter.toUpperCase());
};

/** Returns the plural of a noun for folders and routes: `address` → `addresses`, `reply` → `replies`. */
export function plural(noun) {
  if (/[^aeiou]y$/.test(noun)) return noun.replace(/y$/, 'ies');
  return /(s|x|ch|sh)$/.test(noun) ? `${noun}es` : `${noun}s`;
}
