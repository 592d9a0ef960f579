import type { ReminderKind } from '../plan/reminder.ts';

/** The texts of one kind of mail in one language. A line is omitted when one of its `{placeholders}` has no value. */
export interface KindTexts {
  subject: string;
  /** These lines are repeated for each item of the mail, before `lines`. */
  each?: readonly string[];
  lines: readonly string[];
  /** The label of the link, for kinds with a link. */
  link?: string;
}

export interface MailTexts {
  greeting: string;
  /** Labels of the document fields. */
  labels: Record<'document' | 'amount' | 'open' | 'due' | 'iban' | 'reference' | 'countedUntil', string>;
  /** Tells how to verify that the mail is genuine (REM-1). */
  verify: string;
  automatic: string;
  roles: Record<string, string>;
  /** The reasons for a change of the prepaid balance, by the reason of the entry. */
  reasons: Record<string, string>;
  /** The reasons for a charge that failed, by error code. `other` is for error codes without a text. */
  refusals: Record<string, string> & { other: string };
  /** Texts of content rights, as in “may view and change …”. */
  rights: Record<string, string>;
  /** The number of people, such as “6 people”, by plural category. */
  peopleCount: Partial<Record<Intl.LDMLPluralRule, string>> & { other: string };
  /** The kinds of documents. */
  documents: Record<string, string>;
  /** Replaces {document} in mails to recipients who may not see documents. */
  hiddenDocument: string;
  /** Replaces {endsOn} when access has no end: “Until: further notice”. */
  noEnd: string;
  kinds: Record<ReminderKind, KindTexts>;
}
