import { domainToUnicode } from 'node:url';
import { fold } from './fold.ts';
import { findWords } from './search-words.ts';

interface Correspondent {
  name: string;
  address: string;
}

/**
 * The searchable forms of an address, the folded address first:
 * `jean.dupont+shop@mail.domaine.fr` gives also `jean.dupont`, `jeandupont`, `mail.domaine.fr` and `domaine.fr`.
 */
export function addressTokens(address: string): string[] {
  const folded = fold(address.trim());
  const at = folded.lastIndexOf('@');
  if (at < 0) return folded === '' ? [] : [folded];
  const local = folded.slice(0, at);
  const domain = readableDomain(folded.slice(at + 1));
  const untagged = local.replace(/\+[^+]*$/, '');
  return distinct([
    `${local}@${domain}`,
    local,
    untagged,
    untagged.replace(/[^\p{L}\p{N}]/gu, ''),
    ...parentDomains(domain),
  ]);
}

/** The text that LIKE patterns match parts of names and addresses in; one line per person. */
export function correspondentText(people: readonly Correspondent[]): string {
  return people
    .map(
      ({ name, address }) =>
        `\n ${distinct([fold(name), joinedWords(name), ...addressTokens(address).slice(0, 4)]).join(' ')} `,
    )
    .join('');
}

/** The folded words without punctuation: `Dupont, Jean` and `Dupont Jean` are equal. */
export function joinedWords(text: string): string {
  return Array.from(findWords(text.normalize('NFKC')), (word) => word.folded).join(' ');
}

function parentDomains(domain: string): string[] {
  const labels = domain.split('.');
  return labels
    .slice(0, Math.max(1, labels.length - 1))
    .slice(0, 10)
    .map((_, index) => labels.slice(index).join('.'));
}

/** Decodes a Punycode domain (`xn--…`), because people search for its Unicode form. */
function readableDomain(domain: string): string {
  return domain.includes('xn--') ? fold(domainToUnicode(domain) || domain) : domain;
}

const distinct = (tokens: string[]) => [...new Set(tokens.filter((token) => token !== ''))];
