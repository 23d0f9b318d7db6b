import { phraseOf } from '../words.js';
import type { Condition } from './condition.js';
import { ALL, everyOf, NONE, notOf, someOf } from './conditions.js';
import type { Today } from './dates.js';
import type { KqlProperty, KqlSchema } from './kql-schema.js';
import { print } from './print.js';
import { bindRestriction } from './restriction.js';
import type { KqlNode } from './tree.js';
import type { KqlWarning } from './warnings.js';

type Restriction = Extract<KqlNode, { readonly kind: 'restriction' }>;

/**
 * What a query means for the items of a connection, by its schema, the server's clock and the query's culture
 * (docs/contract/kql.md#3, docs/contract/kql.md#4, docs/contract/kql.md#5). Nothing in it is an error: what cannot match
 * matches nothing, and the warnings say why.
 */
export function bind(
  node: KqlNode,
  schema: KqlSchema,
  today: Today,
): { readonly condition: Condition; readonly warnings: readonly KqlWarning[] } {
  const binder = new Binder(schema, today);
  // A query without a word matches nothing (docs/contract/kql.md#1, "empty word").
  const condition = binder.bound(node) ?? NONE;
  return { condition, warnings: binder.warnings };
}

class Binder {
  readonly warnings: KqlWarning[] = [];

  constructor(
    private readonly schema: KqlSchema,
    private readonly today: Today,
  ) {}

  /** Undefined if no word is left of it: as if it were not there. */
  bound(node: KqlNode): Condition | undefined {
    switch (node.kind) {
      case 'all':
        return ALL;
      case 'none':
        return NONE;
      case 'text':
        return this.text(node);
      case 'near':
        return this.near(node);
      case 'restriction':
        return this.restriction(node);
      case 'not': {
        const operand = this.bound(node.operand);
        return operand === undefined ? undefined : notOf(operand);
      }
      case 'and':
        return this.joined(node.operands, everyOf);
      case 'or':
        return this.joined(node.operands, someOf);
      case 'sequence':
        return node.operands.length === 1 ? this.bound(node.operands[0]!) : this.sequence(node.operands);
    }
  }

  private joined(
    operands: readonly KqlNode[],
    join: (conditions: readonly Condition[]) => Condition,
  ): Condition | undefined {
    const conditions = operands.map((operand) => this.bound(operand)).filter((found) => found !== undefined);
    return conditions.length === 0 ? undefined : join(conditions);
  }

  /** Restrictions of one property are a union, whatever stands between them (docs/contract/kql.md#3). */
  private sequence(operands: readonly KqlNode[]): Condition | undefined {
    const unions = new Map<KqlProperty, Restriction[]>();
    const parts: (KqlNode | readonly Restriction[])[] = [];
    for (const operand of operands) {
      const property = isUnited(operand) ? this.schema.find(operand.name) : undefined;
      if (!isUnited(operand) || property === undefined) {
        parts.push(operand);
        continue;
      }
      const others = unions.get(property);
      if (others !== undefined) others.push(operand);
      else {
        const union = [operand];
        unions.set(property, union);
        parts.push(union);
      }
    }
    const conditions = parts
      .map((part) => ('kind' in part ? this.bound(part) : this.union(part)))
      .filter((found) => found !== undefined);
    return conditions.length === 0 ? undefined : everyOf(conditions);
  }

  private union(restrictions: readonly Restriction[]): Condition {
    const has = (sign: string): boolean => restrictions.some(({ operator }) => operator.startsWith(sign));
    if (has('<') && has('>')) this.warn('union', restrictions.map(print).join(' '));
    return someOf(restrictions.map((restriction) => this.restriction(restriction)));
  }

  private restriction(node: Restriction): Condition {
    const property = this.schema.find(node.name);
    if (property === undefined) return this.warn('unknownProperty', print(node));
    if (!property.isQueryable) return this.warn('notQueryable', print(node));
    const found = bindRestriction(node, property, this.today);
    return typeof found === 'string' ? this.warn(found, print(node)) : found;
  }

  private text({ text, prefix }: Extract<KqlNode, { readonly kind: 'text' }>): Condition | undefined {
    if (text.includes('*')) return this.warn('wildcard', prefix ? `${text}*` : text);
    const phrase = phraseOf(text, prefix);
    return phrase === undefined ? undefined : { kind: 'text', phrase };
  }

  private near({
    operands,
    distance,
    ordered,
  }: Extract<KqlNode, { readonly kind: 'near' }>): Condition | undefined {
    const sides = operands.map((operand) => this.bound(operand)).filter((found) => found !== undefined);
    const phrases = sides.flatMap((side) => (side.kind === 'text' ? [side.phrase] : []));
    if (phrases.length < sides.length) return NONE;
    return phrases.length < 2 ? sides[0] : { kind: 'near', phrases, distance, ordered };
  }

  private warn(kind: KqlWarning['kind'], term: string): Condition {
    this.warnings.push({ kind, term });
    return NONE;
  }
}

/** `<>` is a negation, and those are never part of a union. */
const isUnited = (node: KqlNode): node is Restriction =>
  node.kind === 'restriction' && node.operator !== '<>';
