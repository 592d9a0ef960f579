import type { Kind } from '../plan/reminder.ts';

/** A mail's words in one language. `{…}` are filled in; a line whose placeholder has no value is left out. */
export interface KindTexts {
  subject: string;
  /** Lines about each of the things that the mail tells of, before the others. */
  each?: readonly string[];
  lines: readonly string[];
  /** Label of the one link, where the kind has one. */
  link?: string;
}

export interface MailTexts {
  greeting: string;
  /** Labels of the table of facts. */
  labels: Record<'document' | 'amount' | 'open' | 'due' | 'iban' | 'reference' | 'countedUntil', string>;
  /** How to find out whether the mail is genuine (REM-1). */
  verify: string;
  automatic: string;
  roles: Record<string, string>;
  reasons: Record<string, string>;
  /** Why a product could not be charged, by the code of the refusal; `other` for a code without words of its own. */
  refusals: Record<string, string> & { other: string };
  /** What a content right lets somebody do, to stand before “what is in …”. */
  rights: Record<string, string>;
  /** Counted people, by plural category; `{count}` is filled in. */
  peopleCount: Partial<Record<Intl.LDMLPluralRule, string>> & { other: string };
  /** The end of what has none. */
  never: string;
  kinds: Record<Kind, KindTexts>;
}
