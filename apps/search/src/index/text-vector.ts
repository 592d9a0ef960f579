import { quotedLexeme, type Weight } from './lexeme.ts';
import { numberCodes } from './number-codes.ts';
import { findWords, type FoundWord } from './search-words.ts';
import { lexemesOf, stemForms, type Stems } from './word-forms.ts';

/** PostgreSQL's own bounds: positions end at 16,383, a word keeps 256 of them, a vector has less than 1 MB. */
const LAST_POSITION = 16_383;
const MOST_POSITIONS = 255;
const MOST_BYTES = 700_000;
/** Words of one entry that are found; phrases only among those that have a position of their own. */
const MOST_WORDS = 100_000;
/** Space between fields, so that no phrase is found across two of them. */
const FIELD_GAP = 10;

interface PlacedWord {
  word: FoundWord;
  position: number;
  weight: Weight;
}

/**
 * Builds the `tsvector` of an entry. It is written here rather than by PostgreSQL's parser, which takes addresses, numbers and
 * elisions apart in its own way, so that the words of the index and the words of a query come from the same function.
 * Each place holds the folded word and its stems, so words, phrases and stems are one index lookup.
 */
export class TextVector {
  readonly #words: PlacedWord[] = [];
  readonly #codes: { code: string; position: number; weight: Weight }[] = [];
  #position = 0;

  add(text: string, weight: Weight): this {
    const normal = text.normalize('NFKC');
    const start = Math.min(this.#position + 1, LAST_POSITION);
    const words: FoundWord[] = [];
    for (const word of findWords(normal)) {
      this.#position += 1;
      if (this.#position > MOST_WORDS) break;
      words.push(word);
      this.#words.push({ word, position: Math.min(this.#position, LAST_POSITION), weight });
    }
    for (const code of numberCodes(normal, words)) this.#codes.push({ code, position: start, weight });
    this.#position += FIELD_GAP;
    return this;
  }

  /** Words under which the place just before is found as well: the compact forms of an address. */
  addTokens(tokens: readonly string[], weight: Weight): this {
    const position = Math.min(Math.max(1, this.#position), LAST_POSITION);
    for (const code of tokens) this.#codes.push({ code, position, weight });
    return this;
  }

  /** What the stemmers have to be asked for. */
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

  /** The literal, to be cast to `tsvector`. What does not fit is left out from the end. */
  literal(stems: Stems): string {
    const places = new Map<string, string[]>();
    const known = new Map<string, string[]>();
    let bytes = 0;
    const put = (lexeme: string, position: number, weight: Weight) => {
      let list = places.get(lexeme);
      if (!list) {
        bytes += lexeme.length * 3 + 8;
        if (bytes > MOST_BYTES) return;
        places.set(lexeme, (list = []));
      }
      const place = `${position}${weight === 'D' ? '' : weight}`;
      if (list.length >= MOST_POSITIONS || list.at(-1) === place) return;
      bytes += 2;
      list.push(place);
    };
    for (const { code, position, weight } of this.#codes) put(code, position, weight);
    for (const { word, position, weight } of this.#words) {
      let lexemes = known.get(word.text);
      if (!lexemes) known.set(word.text, (lexemes = lexemesOf(word, stems)));
      for (const lexeme of lexemes) put(lexeme, position, weight);
    }
    return Array.from(places, ([lexeme, list]) => `${quotedLexeme(lexeme)}:${list.join(',')}`).join(' ');
  }
}
