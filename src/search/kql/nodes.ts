import type { KqlNode } from './tree.js';

export const OPERATOR_WORDS = [
  'AND',
  'OR',
  'NOT',
  'NEAR',
  'ONEAR',
  'XRANK',
  'WORDS',
  'ALL',
  'ANY',
  'NONE',
] as const;
const PLAIN = /^[\p{L}\p{N}\p{M}]+$/u;
const isPlain = (text: string): boolean =>
  PLAIN.test(text) && !OPERATOR_WORDS.includes(text as (typeof OPERATOR_WORDS)[number]);

/** A word or phrase with its star at the end, if there is one (docs/contract/kql.md#1, "wildcard"). */
export function textNode(written: string, quoted: boolean): KqlNode {
  const prefix = written.endsWith('*');
  const text = prefix ? written.slice(0, -1) : written;
  if (prefix && text === '') return { kind: 'all' };
  return { kind: 'text', text, quoted: quoted || !isPlain(text), prefix };
}

/** Several operands of one operator: one that is the same operator gives its own operands. */
export function joined(kind: 'and' | 'or', operands: readonly KqlNode[]): KqlNode {
  const flat = operands.map(ungrouped).flatMap((node) => (node.kind === kind ? node.operands : [node]));
  return flat.length === 1 ? flat[0]! : { kind, operands: flat };
}

export const negated = (node: KqlNode): KqlNode => ({ kind: 'not', operand: ungrouped(node) });

/** What stands in parentheses, or behind a `+`. */
export const grouped = (node: KqlNode): KqlNode =>
  node.kind === 'restriction' ? { kind: 'sequence', operands: [node] } : node;

/** Parentheses around one restriction mean nothing outside of a sequence. */
export const ungrouped = (node: KqlNode): KqlNode =>
  node.kind === 'sequence' && node.operands.length === 1 ? node.operands[0]! : node;
