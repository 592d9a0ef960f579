import { fold } from './fold.ts';
import type { Stems } from './word-forms.ts';

/** Selects the stems of word forms in fr, de, it, en and es: in all languages, because the language is unknown. */
const STEM_SQL = `select form, array(
  select distinct lexeme from unnest(
    ts_lexize('french_stem', form) || ts_lexize('german_stem', form) || ts_lexize('italian_stem', form)
    || ts_lexize('english_stem', form) || ts_lexize('spanish_stem', form)) as lexeme) as stems
from unnest($1::text[]) as form`;

type RunSql = (sql: string, parameters: unknown[]) => Promise<{ form: string; stems: string[] }[]>;

/**
 * Caches stems by word form. Most texts use the same few words, so most lookups hit the cache. Two generations limit
 * the size of the cache: a full young generation becomes the old generation, and the previous old generation is
 * dropped. A form that is used again moves to the young generation.
 */
export class StemCache {
  readonly #generationSize: number;
  #young = new Map<string, readonly string[]>();
  #old = new Map<string, readonly string[]>();

  constructor(generationSize = 50_000) {
    this.#generationSize = generationSize;
  }

  /**
   * Returns the stems of the forms. `runSql` must use the transaction of the caller: a second connection per caller
   * could exhaust the connection pool, and all callers would wait forever.
   */
  async stemsOf(runSql: RunSql, forms: Iterable<string>): Promise<Stems> {
    const result = new Map<string, readonly string[]>();
    const uncachedForms: string[] = [];
    for (const form of new Set(forms)) {
      const cached = this.#young.get(form) ?? this.#old.get(form);
      if (!cached) uncachedForms.push(form);
      else this.#addAndCache(result, form, cached);
    }
    if (uncachedForms.length > 0) {
      for (const row of await runSql(STEM_SQL, [uncachedForms]))
        this.#addAndCache(result, row.form, [...new Set(row.stems.map(fold))]);
    }
    return result;
  }

  /** Adds the stems of a form to the result of `stemsOf`, and keeps them in the young generation. */
  #addAndCache(result: Map<string, readonly string[]>, form: string, stems: readonly string[]): void {
    result.set(form, stems);
    if (this.#young.has(form)) return;
    if (this.#young.size >= this.#generationSize) {
      this.#old = this.#young;
      this.#young = new Map();
    }
    this.#young.set(form, stems);
  }
}
