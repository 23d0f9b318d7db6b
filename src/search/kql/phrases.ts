import type { Condition } from './condition.js';
import type { KqlNode, Phrase } from './tree.js';

/** The words and phrases of free text that a match may have, each once: for ranking, and to mark them in a summary. */
export function phrasesOf(condition: Condition): Phrase[] {
  const found = new Map<string, Phrase>();
  const collect = (part: Condition): void => {
    if (part.kind === 'and' || part.kind === 'or') part.operands.forEach(collect);
    const phrases = part.kind === 'text' ? [part.phrase] : part.kind === 'near' ? part.phrases : [];
    for (const phrase of phrases) found.set(JSON.stringify([phrase.words, phrase.prefix]), phrase);
  };
  collect(condition);
  return [...found.values()];
}

/** The words and phrases of free text as they are written, each once (docs/contract/search.md#3, "searchTerms"). */
export function termsOf(node: KqlNode): string[] {
  const found = new Set<string>();
  const collect = (part: KqlNode): void => {
    if (part.kind === 'text' && part.text !== '') found.add(part.prefix ? `${part.text}*` : part.text);
    if ('operands' in part) part.operands.forEach(collect);
  };
  collect(node);
  return [...found];
}
