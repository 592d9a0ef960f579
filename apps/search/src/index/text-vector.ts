import { quotedLexeme, type Weight } from './lexeme.ts';
import { numberTokens } from './number-tokens.ts';
import { findWords, type FoundWord } from './search-words.ts';
import { lexemesOf, stemForms, type Stems } from './word-forms.ts';

/** Limits of PostgreSQL: positions up to 16,383, 256 positions per word, less than 1 MB per vector. */
const LAST_POSITION = 16_383;
const MAX_POSITIONS = 255;
const MAX_BYTES = 700_000;
/** Indexed words per entry. Phrases match only in the first 16,383 words, which have distinct positions. */
const MAX_WORDS = 100_000;
/** Position gap between fields, so that no phrase matches across two fields. */
const FIELD_GAP = 10;

interface PositionedWord {
  word: FoundWord;
  position: number;
  weight: Weight;
}

/**
 * Builds the `tsvector` of an entry. The parser of PostgreSQL is not used, because it splits addresses, numbers and
 * elisions differently: index and query must use the same word function. Each position contains the folded word and its
 * stems, so that words, phrases and stems need one index lookup.
 */
export class TextVector {
  readonly #words: PositionedWord[] = [];
  readonly #tokens: { token: string; position: number; weight: Weight }[] = [];
  #position = 0;

  add(text: string, weight: Weight): this {
    const normal = text.normalize('NFKC');
    const start = Math.min(this.#position + 1, LAST_POSITION);
    const words: FoundWord[] = [];
    for (const word of findWords(normal)) {
      this.#position += 1;
      if (this.#position > MAX_WORDS) break;
      words.push(word);
      this.#words.push({ word, position: Math.min(this.#position, LAST_POSITION), weight });
    }
    for (const token of numberTokens(normal, words)) this.#tokens.push({ token, position: start, weight });
    this.#position += FIELD_GAP;
    return this;
  }

  /** Adds further tokens at the current position, such as the compact forms of an address. */
  addTokens(tokens: readonly string[], weight: Weight): this {
    const position = Math.min(Math.max(1, this.#position), LAST_POSITION);
    for (const token of tokens) this.#tokens.push({ token, position, weight });
    return this;
  }

  /** The forms whose stems `literal` needs. */
  get forms(): Set<string> {
    const forms = new Set<string>();
    const seen = new Set<string>();
    for (const { word } of this.#words) {
      if (seen.has(word.text)) continue;
      seen.add(word.text);
      for (const form of stemForms(word)) forms.add(form);
    }
    return forms;
  }

  /** The text to cast to `tsvector`. Words beyond the size limit are dropped. */
  literal(stems: Stems): string {
    const positionsByLexeme = new Map<string, string[]>();
    const lexemesByWord = new Map<string, string[]>();
    let bytes = 0;
    const put = (lexeme: string, position: number, weight: Weight) => {
      let positions = positionsByLexeme.get(lexeme);
      if (!positions) {
        bytes += lexeme.length * 3 + 8;
        if (bytes > MAX_BYTES) return;
        positionsByLexeme.set(lexeme, (positions = []));
      }
      const weighted = `${position}${weight === 'D' ? '' : weight}`;
      if (positions.length >= MAX_POSITIONS || positions.at(-1) === weighted) return;
      bytes += 2;
      positions.push(weighted);
    };
    for (const { token, position, weight } of this.#tokens) put(token, position, weight);
    for (const { word, position, weight } of this.#words) {
      let lexemes = lexemesByWord.get(word.text);
      if (!lexemes) lexemesByWord.set(word.text, (lexemes = lexemesOf(word, stems)));
      for (const lexeme of lexemes) put(lexeme, position, weight);
    }
    return Array.from(
      positionsByLexeme,
      ([lexeme, positions]) => `${quotedLexeme(lexeme)}:${positions.join(',')}`,
    ).join(' ');
  }
}
