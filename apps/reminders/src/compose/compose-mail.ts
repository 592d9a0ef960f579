import type { Locale, MoneyValue } from '@cordee/contracts/values';
import { formatLocalDate, isLocalDate } from '@cordee/calendar/local-date';
import { formatMoney, money } from '@cordee/money/money';
import type { Kind } from '../plan/reminder.ts';
import { mailLayout } from './mail-layout.ts';
import type { MailTexts } from './mail-texts.ts';
import { de } from './texts-de.ts';
import { en } from './texts-en.ts';
import { es } from './texts-es.ts';
import { fr } from './texts-fr.ts';
import { it } from './texts-it.ts';

export const mailTexts: Record<Locale, MailTexts> = { de, en, es, fr, it };

/** The value of an end that does not come by itself. */
export const NEVER = 'never';

/** What fills the placeholders. Dates (`YYYY-MM-DD`) and money are written as the reader's language does. */
export type MailValues = Readonly<Record<string, string | MoneyValue | null | undefined>>;

export interface MailInput {
  kind: Kind;
  locale: Locale;
  number: string;
  values: MailValues;
  /** What fills the lines about each of the things that it tells of, besides the values. */
  entries?: readonly MailValues[] | undefined;
  /** Facts of a document, in the order of the table. */
  table?: MailValues;
  link?: string | undefined;
}

/** The words of a message: subject, text and HTML part from the same lines. */
export function composeMail({ kind, locale, number, values, entries = [], table = {}, link }: MailInput): {
  subject: string;
  text: string;
  html: string;
} {
  const texts = mailTexts[locale];
  const kindTexts = texts.kinds[kind];
  const fill = (line: string): string | undefined => fillIn(line, values, texts, locale);
  const each = entries.flatMap(
    (entry) => kindTexts.each?.map((line) => fillIn(line, { ...values, ...entry }, texts, locale)) ?? [],
  );
  const lines = [...each, ...kindTexts.lines.map(fill)].filter((line) => line !== undefined);
  const rows = Object.entries(table)
    .map(([label, value]) => ({ label: texts.labels[label as keyof MailTexts['labels']], value: write(value, locale) }))
    .filter((row): row is { label: string; value: string } => row.value !== undefined);
  const greeting = fill(texts.greeting) ?? texts.greeting.replace(/ ?\{name\}/, '');
  const verify = texts.verify.replace('{number}', number);
  const action = link && kindTexts.link ? { label: kindTexts.link, url: link } : undefined;
  const text = [
    greeting,
    ...lines,
    ...(rows.length ? [rows.map((row) => `${row.label}: ${row.value}`).join('\n')] : []),
    ...(action ? [`${action.label}:\n${action.url}`] : []),
    `-- \n${verify}\n${texts.automatic}`,
  ].join('\n\n');
  // A line break in a name must not become a header.
  const subject = (fill(kindTexts.subject) ?? kindTexts.subject).replace(/[\r\n]+/g, ' ');
  return {
    subject,
    text: `${text}\n`,
    html: mailLayout({ locale, subject, greeting, lines, rows, action, footer: [verify, texts.automatic] }),
  };
}

/** The line with its placeholders filled; undefined when one of them has no value. */
function fillIn(line: string, values: MailValues, texts: MailTexts, locale: Locale): string | undefined {
  let isComplete = true;
  const filled = line.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
    const value = values[name];
    const named = typeof value === 'string' ? (nameOf(name, value, texts, locale) ?? value) : value;
    const text = write(named, locale);
    isComplete &&= text !== undefined;
    return text ?? '';
  });
  return isComplete ? filled : undefined;
}

/** Roles, reasons, refusals, rights and counts in the words of the language. */
function nameOf(placeholder: string, value: string, texts: MailTexts, locale: Locale): string | undefined {
  if (placeholder === 'reason') return texts.reasons[value];
  if (placeholder === 'refusal') return texts.refusals[value] ?? texts.refusals.other;
  if (placeholder === 'right') return texts.rights[value];
  if (placeholder === 'peopleCount') {
    const words = texts.peopleCount[new Intl.PluralRules(locale).select(Number(value))] ?? texts.peopleCount.other;
    return words.replace('{count}', value);
  }
  if (placeholder === 'endsOn' && value === NEVER) return texts.never;
  return ['role', 'before', 'after'].includes(placeholder) ? texts.roles[value] : undefined;
}

function write(value: MailValues[string], locale: Locale): string | undefined {
  if (value === null || value === undefined) return undefined;
  if (typeof value !== 'string') return formatMoney(money(value.amount, value.currency), locale);
  return isLocalDate(value) ? formatLocalDate(value, locale) : value;
}
