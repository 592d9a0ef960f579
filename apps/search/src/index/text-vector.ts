import { quotedLexeme, WEIGHT, type Weight } from './lexeme.ts';
import { numberTokens } from './number-tokens.ts';
import { findWords, type FoundWord } from './search-words.ts';
import { lexemesOf, stemForms, type Stems } from './word-forms.ts';

/** These limits respect PostgreSQL: positions up to 16,383, at most 256 positions per word, vectors below 1 MB. */
const LAST_POSITION = 16_383;
const MAX_POSITIONS = 255;
const MAX_BYTES = 700_000;
/** Indexed words per entry. Only the first 16,383 words have distinct positions; only these words match a phrase. */
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
 * elisions in another way: index and query must split texts with the same function. Each position contains the folded
 * word and its stems, so that a search for words, phrases or stems needs one index lookup.
 */
export class TextVector {
  readonly #words: PositionedWord[] = [];
  readonly #tokens: { token: string; position: number; weight: Weight }[] = [];
  #position = 0;

  add(text: string, weight: Weight): this {
    const normalized = text.normalize('NFKC');
    const firstPosition = Math.min(this.#position + 1, LAST_POSITION);
    const words: FoundWord[] = [];
    for (const word of findWords(normalized)) {
      this.#position += 1;
      if (this.#position > MAX_WORDS) break;
      words.push(word);
      this.#words.push({ word, position: Math.min(this.#position, LAST_POSITION), weight });
    }
    for (const token of numberTokens(normalized, words)) this.#tokens.push({ token, position: firstPosition, weight });
    this.#position += FIELD_GAP;
    return this;
  }

  /** Adds further tokens at the current position, such as the compact forms of an address. */
  addTokens(tokens: readonly string[], weight: Weight): this {
    const position = Math.min(Math.max(1, this.#position), LAST_POSITION);
    for (const token of tokens) this.#tokens.push({ token, position, weight });
    return this;
  }

  /** The word forms whose stems `literal` needs. */
  get forms(): Set<string> {
    const forms = new Set<string>();
    const visitedWords = new Set<string>();
    for (const { word } of this.#words) {
      if (visitedWords.has(word.text)) continue;
      visitedWords.add(word.text);
      for (const form of stemForms(word)) forms.add(form);
    }
    return forms;
  }

  /** Returns the text to cast to `tsvector`. Words beyond the size limit are dropped. */
  literal(stems: Stems): string {
    const positionsByLexeme = new Map<string, string[]>();
    const lexemesByWord = new Map<string, string[]>();
    let bytes = 0;
    const addLexeme = (lexeme: string, position: number, weight: Weight) => {
      let positions = positionsByLexeme.get(lexeme);
      if (!positions) {
        // An upper bound: UTF-8 needs at most 3 bytes per UTF-16 code unit, and each lexeme has an entry of fixed size.
        bytes += lexeme.length * 3 + 8;
        if (bytes > MAX_BYTES) return;
        positionsByLexeme.set(lexeme, (positions = []));
      }
      // D, the weight of the body, is the default and is not written.
      const weightedPosition = `${position}${weight === WEIGHT.body ? '' : weight}`;
      if (positions.length >= MAX_POSITIONS || positions.at(-1) === weightedPosition) return;
      bytes += 2; // The size of a position.
      positions.push(weightedPosition);
    };
    for (const { token, position, weight } of this.#tokens) addLexeme(token, position, weight);
    for (const { word, position, weight } of this.#words) {
      let lexemes = lexemesByWord.get(word.text);
      if (!lexemes) lexemesByWord.set(word.text, (lexemes = lexemesOf(word, stems)));
      for (const lexeme of lexemes) addLexeme(lexeme, position, weight);
    }
    return Array.from(
      positionsByLexeme,
      ([lexeme, positions]) => `${quotedLexeme(lexeme)}:${positions.join(',')}`,
    ).join(' ');
  }
}
