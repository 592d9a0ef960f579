import { Locale } from '@cordee/contracts/values';

const DEFAULT_LANGUAGE: Locale = 'en';
/** A language range with an optional quality (RFC 9110, section 12.5.4): `fr-CH;q=0.8`. */
const RANGE = /^(\*|[a-z]{1,8}(?:-[a-z\d]{1,8})*)(?:[ \t]*;[ \t]*q=(0(?:\.\d{0,3})?|1(?:\.0{0,3})?))?$/i;

/**
 * Chooses the language of texts by the header `Accept-Language` (RFC 9110, section 12.5.4). A range with a region
 * (`fr-CH`) accepts its language, except when the header refuses the language (`fr;q=0`). `*` accepts the languages
 * that the header does not name. Ranges that cannot be parsed are ignored. Without an accepted language, the texts are
 * English.
 */
export function chooseLanguage(header: string | undefined): Locale {
  if (!header) return DEFAULT_LANGUAGE;
  const qualities = new Map<string, number>();
  const refused = new Set<string>();
  for (const element of header.split(',')) {
    const [, range, quality = '1'] = RANGE.exec(element.trim()) ?? [];
    if (!range) continue;
    const tag = range.toLowerCase();
    const [language] = tag.split('-') as [string];
    if (tag === language && Number(quality) === 0) refused.add(language);
    qualities.set(language, Math.max(qualities.get(language) ?? 0, Number(quality)));
  }
  const qualityOf = (locale: Locale): number =>
    refused.has(locale) ? 0 : (qualities.get(locale) ?? qualities.get('*') ?? 0);
  // The map has the languages in the order of the header, which decides between equal qualities.
  const candidates = [...[...qualities.keys()].filter(isLocale), DEFAULT_LANGUAGE, ...Locale.options];
  const best = candidates.reduce((one, other) => (qualityOf(other) > qualityOf(one) ? other : one));
  return qualityOf(best) > 0 ? best : DEFAULT_LANGUAGE;
}

const isLocale = (language: string): language is Locale => (Locale.options as readonly string[]).includes(language);
