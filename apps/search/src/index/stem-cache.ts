import { fold } from './fold.ts';
import type { Stems } from './word-forms.ts';

/** Stemming of fr, de, it, en, es, as PostgreSQL does it. All five for every word: people mix languages, and nobody says in which one they search. */
const STEM_SQL = `select form, array(
  select distinct lexeme from unnest(
    ts_lexize('french_stem', form) || ts_lexize('german_stem', form) || ts_lexize('italian_stem', form)
    || ts_lexize('english_stem', form) || ts_lexize('spanish_stem', form)) as lexeme) as stems
from unnest($1::text[]) as form`;

export type RunSql = (sql: string, parameters: unknown[]) => Promise<{ form: string; stems: string[] }[]>;

/**
 * Stems by word, asked from the database once. Few words make up most of all text, so nearly every message and query is served from here.
 * Two generations bound it: when the young one is full it becomes the old one, and what nobody used since is gone.
 */
export class StemCache {
  readonly #generationSize: number;
  #young = new Map<string, readonly string[]>();
  #old = new Map<string, readonly string[]>();

  constructor(generationSize = 50_000) {
    this.#generationSize = generationSize;
  }

  /** `run` belongs to the caller's transaction: a second connection for a caller that holds one would let callers wait for each other. */
  async stemsOf(run: RunSql, forms: Iterable<string>): Promise<Stems> {
    const stems = new Map<string, readonly string[]>();
    const missing: string[] = [];
    for (const form of new Set(forms)) {
      const known = this.#young.get(form) ?? this.#old.get(form);
      if (!known) missing.push(form);
      else this.#keep(stems, form, known);
    }
    if (missing.length > 0) {
      for (const row of await run(STEM_SQL, [missing])) this.#keep(stems, row.form, [...new Set(row.stems.map(fold))]);
    }
    return stems;
  }

  #keep(stems: Map<string, readonly string[]>, form: string, found: readonly string[]): void {
    stems.set(form, found);
    if (this.#young.has(form)) return;
    if (this.#young.size >= this.#generationSize) {
      this.#old = this.#young;
      this.#young = new Map();
    }
    this.#young.set(form, found);
  }
}
