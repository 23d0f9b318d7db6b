import { textNode } from './nodes.js';
import type { KqlNode } from './tree.js';

/** As many as a query may have. */
const MOST_WORDS = 500;
const LONGEST_TEXT = 4_096;

/** Operators with what stands in parentheses directly behind them, phrases, words. */
const PIECE =
  /(?:O?NEAR(?:\([ \t\r\n]*(?:n[ \t\r\n]*=[ \t\r\n]*)?\d+[ \t\r\n]*\))?|XRANK(?:\([^()"]*\))?|AND|OR|NOT|(?:WORDS|ALL|ANY|NONE)(?=[ \t\r\n]*\())(?=[ \t\r\n()]|$)|"([^"]*)"?|([^ \t\r\n"()]+)/g;

/**
 * What a query means that does not parse: its words and phrases, all of them, without operators and parentheses
 * (docs/contract/kql.md#6).
 */
export function freeText(text: string): KqlNode {
  const operands: KqlNode[] = [];
  const pieces = text.slice(0, LONGEST_TEXT).replace(/[“”„‟]/g, '"');
  for (const [, phrase, word] of pieces.matchAll(PIECE)) {
    if (phrase === undefined && word === undefined) continue;
    if (operands.length === MOST_WORDS) break;
    operands.push(phrase === undefined ? textNode(word!, false) : textNode(phrase, true));
  }
  if (operands.length === 0) return { kind: 'none' };
  return operands.length === 1 ? operands[0]! : { kind: 'sequence', operands };
}
