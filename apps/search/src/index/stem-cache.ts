import { fold } from './fold.ts';
import type { Stems } from './word-forms.ts';

/** Stems of PostgreSQL in fr, de, it, en, es. All five for each word, because the language of a text is unknown. */
const STEM_SQL = `select form, array(
  select distinct lexeme from unnest(
    ts_lexize('french_stem', form) || ts_lexize('german_stem', form) || ts_lexize('italian_stem', form)
    || ts_lexize('english_stem', form) || ts_lexize('spanish_stem', form)) as lexeme) as stems
from unnest($1::text[]) as form`;

type RunSql = (sql: string, parameters: unknown[]) => Promise<{ form: string; stems: string[] }[]>;

/**
 * Caches stems by word form. A small set of words makes up most texts, so most lookups hit the cache. Two generations
 * bound its size: a full young generation replaces the old one, which evicts forms that were not used since.
 */
export class StemCache {
  readonly #generationSize: number;
  #young = new Map<string, readonly string[]>();
  #old = new Map<string, readonly string[]>();

  constructor(generationSize = 50_000) {
    this.#generationSize = generationSize;
  }

  /**
   * `run` must use the transaction of the caller: a second connection per caller could exhaust the pool and deadlock.
   */
  async stemsOf(run: RunSql, forms: Iterable<string>): Promise<Stems> {
    const stems = new Map<string, readonly string[]>();
    const missing: string[] = [];
    for (const form of new Set(forms)) {
      const known = this.#young.get(form) ?? this.#old.get(form);
      if (!known) missing.push(form);
      else this.#store(stems, form, known);
    }
    if (missing.length > 0) {
      for (const row of await run(STEM_SQL, [missing])) this.#store(stems, row.form, [...new Set(row.stems.map(fold))]);
    }
    return stems;
  }

  #store(stems: Map<string, readonly string[]>, form: string, found: readonly string[]): void {
    stems.set(form, found);
    if (this.#young.has(form)) return;
    if (this.#young.size >= this.#generationSize) {
      this.#old = this.#young;
      this.#young = new Map();
    }
    this.#young.set(form, found);
  }
}
