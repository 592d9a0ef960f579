import type { Kind } from '../plan/reminder.ts';

/** The text of a mail in one language. `{…}` are placeholders; a line whose placeholder has no value is omitted. */
export interface KindTexts {
  subject: string;
  /** Lines for each item of the mail, before the other lines. */
  each?: readonly string[];
  lines: readonly string[];
  /** The label of the link, for kinds with a link. */
  link?: string;
}

export interface MailTexts {
  greeting: string;
  /** Labels of the document fields. */
  labels: Record<'document' | 'amount' | 'open' | 'due' | 'iban' | 'reference' | 'countedUntil', string>;
  /** How to verify that the mail is genuine (REM-1). */
  verify: string;
  automatic: string;
  roles: Record<string, string>;
  reasons: Record<string, string>;
  /** Why a product could not be charged, by error code; `other` for codes without a text. */
  refusals: Record<string, string> & { other: string };
  /** Texts of content rights, as in “may view and change …”. */
  rights: Record<string, string>;
  /** Counted people, by plural category; `{count}` is filled in. */
  peopleCount: Partial<Record<Intl.LDMLPluralRule, string>> & { other: string };
  /** The end of access without an end. */
  never: string;
  kinds: Record<Kind, KindTexts>;
}
