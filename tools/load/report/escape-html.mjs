export const escapeHtml = (text) => String(text).replaceAll(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
