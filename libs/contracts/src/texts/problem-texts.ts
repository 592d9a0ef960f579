import type { Locale } from '../values.ts';
import * as detailsDe from './problem-details.de.ts';
import * as detailsEs from './problem-details.es.ts';
import * as detailsFr from './problem-details.fr.ts';
import * as detailsIt from './problem-details.it.ts';
import * as titlesDe from './problem-titles.de.ts';
import * as titlesEs from './problem-titles.es.ts';
import * as titlesFr from './problem-titles.fr.ts';
import * as titlesIt from './problem-titles.it.ts';

type Texts = Readonly<Record<string, string>>;
/** The languages of translations. The English texts are in the contracts and in the code. */
type TranslatedLocale = Exclude<Locale, 'en'>;

/** Titles of problems by error code. */
export const problemTitles: Readonly<Record<TranslatedLocale, Texts>> = {
  ...titlesDe,
  ...titlesEs,
  ...titlesFr,
  ...titlesIt,
};

/**
 * Details of problems and of their field errors, by English text. A `{placeholder}` stands for any text; `{detail}`
 * stands for another detail, which is translated too.
 */
export const problemDetails: Readonly<Record<TranslatedLocale, Texts>> = {
  ...detailsDe,
  ...detailsEs,
  ...detailsFr,
  ...detailsIt,
};

const PLACEHOLDER = /\{(\w+)\}/g;

/** A pattern for each English detail with placeholders. All languages translate the same details. */
const placeholderPatterns = Object.keys(problemDetails.fr)
  .filter((detail) => detail.search(PLACEHOLDER) >= 0)
  .map((detail) => ({ detail, pattern: new RegExp(`^${detail.replaceAll(PLACEHOLDER, '(?<$1>.+?)')}$`) }));

/** Returns the title of an error code in a language; the English title when there is no translation. */
export function problemTitleIn(language: Locale, code: string, englishTitle: string): string {
  return (language === 'en' ? undefined : textOf(problemTitles[language], code)) ?? englishTitle;
}

/** Returns a detail in a language; the English detail when there is no translation. */
export function problemDetailIn(language: Locale, englishDetail: string): string {
  return (language === 'en' ? undefined : translationOf(language, englishDetail)) ?? englishDetail;
}

function translationOf(language: TranslatedLocale, englishDetail: string): string | undefined {
  const translation = textOf(problemDetails[language], englishDetail);
  if (translation !== undefined) return translation;
  for (const { detail, pattern } of placeholderPatterns) {
    const values = pattern.exec(englishDetail)?.groups;
    if (!values) continue;
    // A text with two languages would be worse than an English text.
    if (values['detail'] !== undefined) {
      const innerTranslation = translationOf(language, values['detail']);
      if (innerTranslation === undefined) return undefined;
      values['detail'] = innerTranslation;
    }
    return problemDetails[language][detail]!.replaceAll(PLACEHOLDER, (_, name: string) => values[name]!);
  }
  return undefined;
}

const textOf = (texts: Texts, key: string): string | undefined => (Object.hasOwn(texts, key) ? texts[key] : undefined);
