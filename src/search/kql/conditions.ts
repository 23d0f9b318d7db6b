import type { Bound, Condition } from './condition.js';

export const ALL: Condition = { kind: 'all' };
export const NONE: Condition = { kind: 'none' };

export const everyOf = (operands: readonly Condition[]): Condition => joined('and', operands, ALL, NONE);
export const someOf = (operands: readonly Condition[]): Condition => joined('or', operands, NONE, ALL);

/** @param neutral an operand that changes nothing @param deciding an operand that decides alone */
function joined(
  kind: 'and' | 'or',
  operands: readonly Condition[],
  neutral: Condition,
  deciding: Condition,
): Condition {
  const different = new Map<string, Condition>();
  for (const operand of operands)
    for (const condition of operand.kind === kind ? operand.operands : [operand]) {
      if (condition.kind === deciding.kind) return deciding;
      if (condition.kind !== neutral.kind) different.set(keyOf(condition), condition);
    }
  if (different.size === 0) return neutral;
  const kept = [...different.values()];
  return kept.length === 1 ? kept[0]! : { kind, operands: kept };
}

export function notOf(operand: Condition): Condition {
  if (operand.kind === 'all') return NONE;
  if (operand.kind === 'none') return ALL;
  return operand.kind === 'not' ? operand.operand : { kind: 'not', operand };
}

/** A value between both ends; one that no value is between is none, one without ends is any value. */
export function betweenOf(property: string, from: Bound | undefined, to: Bound | undefined): Condition {
  if (from === undefined && to === undefined) return { kind: 'exists', property };
  if (from !== undefined && to !== undefined) {
    const isEmpty = from.value > to.value || (from.value === to.value && !(from.inclusive && to.inclusive));
    if (isEmpty) return NONE;
  }
  return {
    kind: 'between',
    property,
    ...(from === undefined ? {} : { from }),
    ...(to === undefined ? {} : { to }),
  };
}

const keyOf = (condition: Condition): string =>
  JSON.stringify(condition, (_, value: unknown) => (typeof value === 'bigint' ? `${value}n` : value));
