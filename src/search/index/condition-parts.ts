import type { Condition } from '../kql/condition.js';

/** A condition on the values of a property; all others are on words. */
export type ValueCondition = Extract<Condition, { kind: 'between' }>;

/** The same without `all` and `none` inside, and with each `and` and `or` flat. */
export function simplified(condition: Condition): Condition {
  if (condition.kind === 'not') {
    const operand = simplified(condition.operand);
    if (operand.kind === 'all') return { kind: 'none' };
    if (operand.kind === 'none') return { kind: 'all' };
    return operand.kind === 'not' ? operand.operand : { kind: 'not', operand };
  }
  if (condition.kind !== 'and' && condition.kind !== 'or') return condition;
  const { kind } = condition;
  const [neutral, deciding] = kind === 'and' ? (['all', 'none'] as const) : (['none', 'all'] as const);
  const operands = condition.operands
    .map(simplified)
    .flatMap((operand) => (operand.kind === kind ? operand.operands : [operand]))
    .filter((operand) => operand.kind !== neutral);
  if (operands.some((operand) => operand.kind === deciding)) return { kind: deciding };
  if (operands.length === 0) return { kind: neutral };
  return operands.length === 1 ? operands[0]! : { kind, operands };
}

/** Deeper conditions are put together in SQL: the parsers of full-text queries have a stack of a fixed size. */
const DEEPEST = 20;

/** What is negated in `and` and `or` is a level of its own. */
const DEPTH_OF_JOINED = 2;

const depthOf = (condition: Condition): number =>
  condition.kind === 'and' || condition.kind === 'or'
    ? DEPTH_OF_JOINED + Math.max(...condition.operands.map(depthOf))
    : condition.kind === 'not'
      ? 1 + depthOf(condition.operand)
      : 0;

const hasRange = (condition: Condition): boolean =>
  condition.kind === 'and' || condition.kind === 'or'
    ? condition.operands.some(hasRange)
    : condition.kind === 'not'
      ? hasRange(condition.operand)
      : condition.kind === 'between';

/** Whether the full-text query of an engine decides a condition by itself: it is of words alone, and not too deep. */
const isOfWords = (condition: Condition, deepest = DEEPEST): boolean =>
  !hasRange(condition) && depthOf(condition) <= deepest;

/** Operands as one condition of words, as far as they are, and the others. */
function parted(kind: 'and' | 'or', operands: readonly Condition[]): Parts {
  const fits = (operand: Condition): boolean => isOfWords(operand, DEEPEST - DEPTH_OF_JOINED);
  const words = operands.filter(fits);
  return {
    words: words.length > 1 ? { kind, operands: words } : words[0],
    others: operands.filter((operand) => !fits(operand)),
  };
}

interface Parts {
  readonly words?: Condition;
  readonly others: readonly Condition[];
}

/** What must hold together of a simplified condition: what is of words alone, and the rest one by one. */
export const partsOf = (condition: Condition): Parts =>
  parted('and', condition.kind === 'and' ? condition.operands : [condition]);

/** How an engine says in SQL what holds. */
export interface SqlLeaves {
  /** That a condition of words alone matches. */
  words(condition: Condition): string;
  /** That a value of the property lies between two ends. */
  between(condition: ValueCondition): string;
}

/** A simplified condition in SQL: one tree for both engines, whose leaves differ. */
export function sqlOf(condition: Condition, leaves: SqlLeaves): string {
  if (isOfWords(condition)) return leaves.words(condition);
  switch (condition.kind) {
    case 'between':
      return leaves.between(condition);
    case 'not':
      return `NOT ${sqlOf(condition.operand, leaves)}`;
    case 'and':
    case 'or': {
      const { words, others } = parted(condition.kind, condition.operands);
      const operands = [...(words === undefined ? [] : [words]), ...others];
      return `(${operands.map((operand) => sqlOf(operand, leaves)).join(` ${condition.kind.toUpperCase()} `)})`;
    }
    default:
      return leaves.words(condition);
  }
}
