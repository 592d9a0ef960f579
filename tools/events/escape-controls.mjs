/**
 * Shows the control characters of a line as escapes, because they would change the terminal. The result of a line of
 * JSON is the same JSON.
 */
export const escapeControls = (line) =>
  line.replace(/[\p{Cc}\p{Zl}\p{Zp}]/gu, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
