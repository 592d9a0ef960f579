import type { Locale, MoneyValue } from '@cordee/contracts/values';
import { formatLocalDate, isLocalDate } from '@cordee/calendar/local-date';
import { formatMoney, money } from '@cordee/money/money';
import type { ReminderKind } from '../plan/reminder.ts';
import { mailLayout } from './mail-layout.ts';
import type { MailTexts } from './mail-texts.ts';
import { de } from './texts-de.ts';
import { en } from './texts-en.ts';
import { es } from './texts-es.ts';
import { fr } from './texts-fr.ts';
import { it } from './texts-it.ts';

export const mailTexts: Record<Locale, MailTexts> = { de, en, es, fr, it };

/** The value of the placeholder `endsOn` for access without an end. */
export const NEVER = 'never';

/** Values of the placeholders. Dates (`YYYY-MM-DD`) and money are formatted for the locale. */
export type MailValues = Readonly<Record<string, string | MoneyValue | null | undefined>>;

export interface MailInput {
  kind: ReminderKind;
  locale: Locale;
  /** The number with which a person verifies that the mail is genuine. */
  number: string;
  values: MailValues;
  /** Values for the lines in `each`, one element per item of the mail. Each element extends `values`. */
  entries?: readonly MailValues[] | undefined;
  /** The fields of the document, in the order of the table rows. */
  table?: MailValues;
  link?: string | undefined;
}

/** Composes subject, text and HTML of a message from the same lines. */
export function composeMail({ kind, locale, number, values, entries = [], table = {}, link }: MailInput): {
  subject: string;
  text: string;
  html: string;
} {
  const texts = mailTexts[locale];
  const kindTexts = texts.kinds[kind];
  const fill = (line: string): string | undefined => fillIn(line, values, texts, locale);
  const entryLines = entries.flatMap(
    (entry) => kindTexts.each?.map((line) => fillIn(line, { ...values, ...entry }, texts, locale)) ?? [],
  );
  const lines = [...entryLines, ...kindTexts.lines.map(fill)].filter((line) => line !== undefined);
  const rows = Object.entries(table)
    .map(([label, value]) => ({
      label: texts.labels[label as keyof MailTexts['labels']],
      value: formatValue(value, locale),
    }))
    .filter((row): row is { label: string; value: string } => row.value !== undefined);
  // Without a name, the greeting omits the placeholder and the space before it.
  const greeting = fill(texts.greeting) ?? texts.greeting.replace(/ ?\{name\}/, '');
  const verify = texts.verify.replace('{number}', number);
  const action = link && kindTexts.link ? { label: kindTexts.link, url: link } : undefined;
  const text = [
    greeting,
    ...lines,
    ...(rows.length ? [rows.map((row) => `${row.label}: ${row.value}`).join('\n')] : []),
    ...(action ? [`${action.label}:\n${action.url}`] : []),
    // The line `-- ` is the standard start of a mail signature.
    `-- \n${verify}\n${texts.automatic}`,
  ].join('\n\n');
  // A line break in a name must not inject a header.
  const subject = (fill(kindTexts.subject) ?? kindTexts.subject).replace(/[\r\n]+/g, ' ');
  return {
    subject,
    text: `${text}\n`,
    html: mailLayout({ locale, subject, greeting, lines, rows, action, footer: [verify, texts.automatic] }),
  };
}

/** Fills the placeholders of a line. Returns undefined when a placeholder has no value. */
function fillIn(line: string, values: MailValues, texts: MailTexts, locale: Locale): string | undefined {
  let isComplete = true;
  const filled = line.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
    const value = values[name];
    const translated = typeof value === 'string' ? (translate(name, value, texts, locale) ?? value) : value;
    const text = formatValue(translated, locale);
    isComplete &&= text !== undefined;
    return text ?? '';
  });
  return isComplete ? filled : undefined;
}

/**
 * Translates the value of a placeholder for a role, a reason, an error code, a right, a kind of document, a number of
 * people or a missing end. Returns undefined when the value needs no translation or has none.
 */
function translate(placeholder: string, value: string, texts: MailTexts, locale: Locale): string | undefined {
  if (placeholder === 'reason') return texts.reasons[value];
  if (placeholder === 'refusal') return texts.refusals[value] ?? texts.refusals.other;
  if (placeholder === 'right') return texts.rights[value];
  if (placeholder === 'documentKind') return texts.documents[value];
  if (placeholder === 'peopleCount') {
    const words = texts.peopleCount[new Intl.PluralRules(locale).select(Number(value))] ?? texts.peopleCount.other;
    return words.replace('{count}', value);
  }
  if (placeholder === 'endsOn' && value === NEVER) return texts.noEnd;
  return ['role', 'before', 'after'].includes(placeholder) ? texts.roles[value] : undefined;
}

function formatValue(value: MailValues[string], locale: Locale): string | undefined {
  if (value === null || value === undefined) return undefined;
  if (typeof value !== 'string') return formatMoney(money(value.amount, value.currency), locale);
  return isLocalDate(value) ? formatLocalDate(value, locale) : value;
}
