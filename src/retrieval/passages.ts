import type { Phrase } from '../search/kql/tree.js';
import { wordsIn } from '../search/words.js';

/** About so many characters has a passage (docs/contract/retrieval.md#8). */
const LENGTH = 500;

/** A sentence with what ends it, or a line. */
const SENTENCE = /[^.!?。！？\n]+[.!?。！？]*["'”’)\]]*\s*|[.!?。！？\n]+\s*/g;

/** A part of a text, and which phrases of the question are in it. */
interface Piece {
  readonly start: number;
  readonly end: number;
  readonly found: ReadonlySet<number>;
}

/** The phrases of a question by the words that they begin with. */
class Question {
  private readonly byFirst = new Map<string, number[]>();

  constructor(readonly phrases: readonly Phrase[]) {
    phrases.forEach(({ words, prefix }, index) => {
      // A word that may go on is looked for among all.
      const first = prefix && words.length === 1 ? '' : words[0]!;
      this.byFirst.set(first, [...(this.byFirst.get(first) ?? []), index]);
    });
  }

  foundIn(text: string): Set<number> {
    const words = [...wordsIn(text)].map(({ word }) => word);
    const found = new Set<number>();
    for (const [place, word] of words.entries())
      for (const index of [...(this.byFirst.get(word) ?? []), ...(this.byFirst.get('') ?? [])])
        if (!found.has(index) && stands(this.phrases[index]!, words, place)) found.add(index);
    return found;
  }
}

const stands = ({ words, prefix }: Phrase, text: readonly string[], place: number): boolean =>
  words.every((word, offset) => {
    const own = text[place + offset];
    return prefix && offset === words.length - 1 ? own?.startsWith(word) : own === word;
  });

/** Sentences; one that is longer than a passage, in parts between blanks. */
function* sentencesIn(text: string): Generator<{ start: number; end: number }> {
  for (const { 0: sentence, index } of text.matchAll(SENTENCE)) {
    let start = index;
    const end = index + sentence.length;
    while (end - start > LENGTH) {
      const blank = text.lastIndexOf(' ', start + LENGTH);
      let cut = blank > start ? blank + 1 : start + LENGTH;
      if (/[\udc00-\udfff]/.test(text[cut] ?? '')) cut--;
      yield { start, end: cut };
      start = cut;
    }
    yield { start, end };
  }
}

export interface Passage {
  readonly text: string;
  /** From 0 to 1: which part of the question is in the item, and in the passage. */
  readonly relevanceScore: number;
}

/** A number of the same value on every machine. */
const rounded = (value: number): number => Math.round(value * 10_000) / 10_000;

/**
 * The passage of a content that has most of a question, on borders of sentences; the first of equals. Undefined if there is
 * no content (docs/contract/retrieval.md#3, docs/contract/retrieval.md#8).
 */
export function passageOf(content: string, title: string, phrases: readonly Phrase[]): Passage | undefined {
  const question = new Question(phrases);
  const pieces = [...sentencesIn(content)].map(({ start, end }): Piece => ({
    start,
    end,
    found: question.foundIn(content.slice(start, end)),
  }));
  if (content.trim() === '') return undefined;
  let best = { start: 0, end: 0, count: -1 };
  const counts = new Map<number, number>();
  let last = 0;
  for (const [first, piece] of pieces.entries()) {
    while (last < pieces.length && (last === first || pieces[last]!.end - piece.start <= LENGTH))
      for (const index of pieces[last++]!.found) counts.set(index, (counts.get(index) ?? 0) + 1);
    if (counts.size > best.count) best = { start: first, end: last, count: counts.size };
    for (const index of piece.found) {
      const left = counts.get(index)! - 1;
      if (left === 0) counts.delete(index);
      else counts.set(index, left);
    }
  }
  const text = content.slice(pieces[best.start]!.start, pieces[best.end - 1]!.end).trim();
  const inItem = new Set([...question.foundIn(title), ...pieces.flatMap(({ found }) => [...found])]);
  const whole = Math.max(1, phrases.length);
  return { text, relevanceScore: rounded((0.75 * inItem.size + 0.25 * best.count) / whole) };
}
