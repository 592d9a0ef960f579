import { domainToUnicode } from 'node:url';
import { fold } from './fold.ts';
import { findWords } from './search-words.ts';

interface Correspondent {
  name: string;
  address: string;
}

/**
 * Returns the searchable forms of an address, the folded address first. For `jean.dupont+shop@mail.domaine.fr`, the
 * other forms are `jean.dupont+shop`, `jean.dupont`, `jeandupont`, `mail.domaine.fr` and `domaine.fr`.
 */
export function addressTokens(address: string): string[] {
  const folded = fold(address.trim());
  const atSign = folded.lastIndexOf('@');
  if (atSign < 0) return folded === '' ? [] : [folded];
  const localPart = folded.slice(0, atSign);
  const domain = readableDomain(folded.slice(atSign + 1));
  const withoutTag = localPart.replace(/\+[^+]*$/, '');
  return distinct([
    `${localPart}@${domain}`,
    localPart,
    withoutTag,
    withoutTag.replace(/[^\p{L}\p{N}]/gu, ''),
    ...parentDomains(domain),
  ]);
}

/**
 * Returns the address tokens that have only letters and digits. They include `jeandupont` for `jean.dupont@…`, which is
 * not a word of the address.
 */
export const compactForms = (address: string): string[] =>
  addressTokens(address).filter((token) => /^[\p{L}\p{N}]+$/u.test(token));

/** Returns the searchable text of names and addresses, one line per person. LIKE patterns match parts of this text. */
export function correspondentText(people: readonly Correspondent[]): string {
  return people
    .map(
      // The first four forms are enough: the full address already contains the domains.
      ({ name, address }) =>
        `\n ${distinct([fold(name), joinedWords(name), ...addressTokens(address).slice(0, 4)]).join(' ')} `,
    )
    .join('');
}

/** Joins the folded words of a text without punctuation: `Dupont, Jean` and `Dupont Jean` give the same result. */
export function joinedWords(text: string): string {
  return Array.from(findWords(text.normalize('NFKC')), (word) => word.folded).join(' ');
}

/** Returns a domain and its parent domains without the top-level domain, at most ten. */
function parentDomains(domain: string): string[] {
  const labels = domain.split('.');
  return labels
    .slice(0, Math.max(1, labels.length - 1))
    .slice(0, 10)
    .map((_, index) => labels.slice(index).join('.'));
}

/** Decodes a Punycode domain (`xn--…`), because people search for the Unicode form of a domain. */
function readableDomain(domain: string): string {
  return domain.includes('xn--') ? fold(domainToUnicode(domain) || domain) : domain;
}

const distinct = (tokens: string[]) => [...new Set(tokens.filter((token) => token !== ''))];
