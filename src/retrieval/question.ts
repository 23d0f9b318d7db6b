import type { Phrase } from '../search/kql/tree.js';
import { phraseOf, wordsOf } from '../search/words.js';

/** A question of 1,500 characters has hardly more; of the others nobody asks. */
const MOST_PHRASES = 64;

const UNSPACED =
  /[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Hangul}\p{sc=Thai}\p{sc=Lao}\p{sc=Khmer}\p{sc=Myanmar}]/u;

/** Words that say nothing of what is asked. */
const STOP_WORDS = new Set(
  (
    'a about after all also am an and any are as at be been before but by can could did do does for from get had has have ' +
    'he her his how i if in into is it its just me more most my no not of on or our she should so some than that the their ' +
    'them then there these they this those to up us was we were what when where which while who whom why will with would you your'
  ).split(' '),
);

function* phrasesIn(question: string): Generator<Phrase> {
  for (const token of question.split(/\s+/)) {
    if (UNSPACED.test(token)) {
      // Of a run without blanks, each pair of letters is looked for.
      const pairs = wordsOf(token).filter((word) => [...word].length > 1);
      for (const word of pairs) yield { words: [word], prefix: false };
      if (pairs.length > 0) continue;
    }
    const phrase = phraseOf(token);
    if (phrase !== undefined) yield phrase;
  }
}

const isStopWord = ({ words }: Phrase): boolean => words.length === 1 && STOP_WORDS.has(words[0]!);

/**
 * What a question looks for: its words without those that say nothing, each once; all of them if nothing else is left
 * (docs/contract/retrieval.md#8). An item need not have all.
 */
export function questionPhrases(question: string): Phrase[] {
  const different = new Map<string, Phrase>();
  for (const phrase of phrasesIn(question)) different.set(phrase.words.join(' '), phrase);
  const all = [...different.values()];
  const telling = all.filter((phrase) => !isStopWord(phrase));
  return (telling.length > 0 ? telling : all).slice(0, MOST_PHRASES);
}
