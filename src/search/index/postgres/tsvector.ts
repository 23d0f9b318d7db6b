import type { Steps } from '../../../graph/turns.js';
import type { IndexDocument } from '../document.js';
import { CONTENT, LONGEST_DISTANCE, presentTerm, wholeTerm, wordTerm } from '../terms.js';

/** PostgreSQL's own bounds: places beyond are this one, and more places of a word are not kept. */
const LAST_PLACE = 16_383;
const MOST_PLACES = 255;
/** A tsvector has 1 MB at most, in which each word takes its bytes and so many more. */
const MOST_BYTES = 900_000;
const BYTES_OF_WORD = 8;
const BYTES_OF_PLACE = 2;

const WORDS_OF_STEP = 1_000;

/** A string in a tsvector or tsquery. */
export const lexeme = (text: string): string => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`;

/** The words of a document with their places, as far as they have room. */
class Lexemes {
  private readonly places = new Map<string, number[]>();
  private room = MOST_BYTES;

  /** @param place none for what is in no order */
  add(text: string, place?: number): void {
    let places = this.places.get(text);
    const bytes = places === undefined ? Buffer.byteLength(text) + BYTES_OF_WORD : 0;
    if (this.room < bytes + BYTES_OF_PLACE) return;
    if (places === undefined) this.places.set(text, (places = []));
    this.room -= bytes;
    if (place === undefined || place > LAST_PLACE || places.length === MOST_PLACES) return;
    places.push(place);
    this.room -= BYTES_OF_PLACE;
  }

  *written(): Steps<string> {
    const parts: string[] = [];
    for (const [text, places] of this.places) {
      parts.push(lexeme(text) + (places.length === 0 ? '' : `:${places.join(',')}`));
      if (parts.length % WORDS_OF_STEP === 0) yield;
    }
    return parts.join(' ');
  }
}

/**
 * How many places are left out between two elements: so many that nothing is near over their border, fewer if the property
 * has no room for that, and at least one, which no phrase goes over.
 */
function gapOf(elements: readonly (readonly string[])[]): number {
  const words = elements.reduce((sum, { length }) => sum + length, 0);
  const room = Math.floor((LAST_PLACE - words) / Math.max(1, elements.length - 1));
  return Math.min(LONGEST_DISTANCE + 1, Math.max(1, room));
}

/**
 * The words of a document as a tsvector. Each property counts its places from 1. Of a text that is longer than PostgreSQL
 * keeps, the end is found by single words, or not at all.
 */
export function* tsvectorOf({ content, texts, present }: IndexDocument): Steps<string> {
  const lexemes = new Lexemes();
  for (const name of present) lexemes.add(presentTerm(name));
  for (const { name, elements, wholes } of texts) {
    for (const [index, key] of wholes.entries()) {
      lexemes.add(wholeTerm(name, key));
      if (index % WORDS_OF_STEP === 0) yield;
    }
    const gap = gapOf(elements);
    let place = 0;
    let count = 0;
    for (const words of elements) {
      for (const word of words) {
        lexemes.add(wordTerm(name, word), ++place);
        if (++count % WORDS_OF_STEP === 0) yield;
      }
      place += gap;
    }
  }
  for (const [index, word] of content.entries()) {
    lexemes.add(wordTerm(CONTENT, word), index + 1);
    if (index % WORDS_OF_STEP === 0) yield;
  }
  return yield* lexemes.written();
}
