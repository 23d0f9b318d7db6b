import type { KqlNode } from './tree.js';

const STRENGTH = { sequence: 1, or: 2, and: 3, near: 4, not: 5 } as const;
const strengthOf = ({ kind }: KqlNode): number =>
  kind in STRENGTH ? STRENGTH[kind as keyof typeof STRENGTH] : 6;

/** A query of the same tree, with values in quotes, and parentheses only where they are needed. */
export function print(node: KqlNode): string {
  switch (node.kind) {
    case 'all':
      return '*';
    case 'none':
      return '""';
    case 'text':
      return node.quoted ? quoted(node.text, node.prefix) : starred(node.text, node.prefix);
    case 'restriction':
      return node.operator === '..'
        ? `${node.name}:${quoted(node.value, false)}..${quoted(node.to ?? '', false)}`
        : `${node.name}${node.operator}${quoted(node.value, node.prefix)}`;
    case 'not':
      return `NOT ${within(node, node.operand)}`;
    case 'near':
      return node.operands.map(print).join(` ${node.ordered ? 'ONEAR' : 'NEAR'}(n=${node.distance}) `);
    case 'and':
    case 'or':
      return node.operands.map((operand) => within(node, operand)).join(` ${node.kind.toUpperCase()} `);
    case 'sequence':
      return node.operands.length === 1
        ? `(${print(node.operands[0]!)})`
        : node.operands.map((operand) => within(node, operand)).join(' ');
  }
}

const starred = (text: string, prefix: boolean): string => (prefix ? `${text}*` : text);
const quoted = (text: string, prefix: boolean): string => `"${starred(text, prefix)}"`;

function within(outer: KqlNode, inner: KqlNode): string {
  const isGroup = inner.kind === 'sequence' && inner.operands.length === 1;
  const needed = strengthOf(inner) < strengthOf(outer) || (inner.kind === outer.kind && inner.kind !== 'not');
  return needed && !isGroup ? `(${print(inner)})` : print(inner);
}
