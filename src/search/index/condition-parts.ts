import type { Condition } from '../kql/condition.js';

/** A condition on the values of a property; all others are on words. */
export type ValueCondition = Extract<Condition, { kind: 'between' }>;

/** Phrases near each other. */
export type NearCondition = Extract<Condition, { kind: 'near' }>;

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

/** How many words a condition has; infinitely many if it is not of words alone. */
function wordsIn(condition: Condition, leaves: SqlLeaves): number {
  switch (condition.kind) {
    case 'and':
    case 'or':
      return condition.operands.reduce((sum, operand) => sum + wordsIn(operand, leaves), 0);
    case 'not':
      return wordsIn(condition.operand, leaves);
    case 'text':
    case 'contains':
      return condition.phrase.words.length;
    case 'near':
      if (!leaves.isExact(condition)) return Infinity;
      return condition.phrases.reduce((sum, { words }) => sum + words.length, 0) * (condition.distance + 1);
    case 'between':
      return Infinity;
    default:
      return 1;
  }
}

/** How an engine says in SQL what holds. */
export interface SqlLeaves {
  /** As many words as one of its full-text queries takes. */
  readonly mostWords: number;
  /** That a condition of words alone matches. */
  words(condition: Condition): string;
  /** Whether a full-text query finds exactly what is near; otherwise `near` does. */
  isExact(condition: NearCondition): boolean;
  near(condition: NearCondition): string;
  /** That a value of the property lies between two ends. */
  between(condition: ValueCondition): string;
}

/** Whether the full-text query of an engine decides a condition by itself: it is of words alone, not too deep, not too long. */
const isOfWords = (condition: Condition, leaves: SqlLeaves, deepest = DEEPEST): boolean =>
  depthOf(condition) <= deepest && wordsIn(condition, leaves) <= leaves.mostWords;

/** Operands joined to conditions of words, as far as they can be. */
function parted(kind: 'and' | 'or', operands: readonly Condition[], leaves: SqlLeaves): Condition[] {
  const parts: Condition[] = [];
  let group: Condition[] = [];
  const join = (conditions: readonly Condition[]): Condition =>
    conditions.length === 1 ? conditions[0]! : { kind, operands: conditions };
  for (const operand of operands) {
    if (!isOfWords(operand, leaves, DEEPEST - DEPTH_OF_JOINED)) parts.push(operand);
    else if (isOfWords(join([...group, operand]), leaves)) group.push(operand);
    else {
      parts.push(join(group));
      group = [operand];
    }
  }
  return group.length === 0 ? parts : [join(group), ...parts];
}

/** What must hold together of a simplified condition: as few parts as can be, the first of words alone if any is. */
export const partsOf = (condition: Condition, leaves: SqlLeaves): Condition[] =>
  parted('and', condition.kind === 'and' ? condition.operands : [condition], leaves);

/** Whether a part is a query of words. */
export const isWords = (part: Condition | undefined, leaves: SqlLeaves): part is Condition =>
  part !== undefined && isOfWords(part, leaves);

/** A simplified condition in SQL: one tree for both engines, whose leaves differ. */
export function sqlOf(condition: Condition, leaves: SqlLeaves): string {
  if (isOfWords(condition, leaves)) return leaves.words(condition);
  switch (condition.kind) {
    case 'between':
      return leaves.between(condition);
    case 'near':
      return leaves.isExact(condition) ? leaves.words(condition) : leaves.near(condition);
    case 'not':
      return `NOT ${sqlOf(condition.operand, leaves)}`;
    case 'and':
    case 'or': {
      const parts = parted(condition.kind, condition.operands, leaves);
      return `(${parts.map((part) => sqlOf(part, leaves)).join(` ${condition.kind.toUpperCase()} `)})`;
    }
    default:
      // A single word is taken in any case.
      return leaves.words(condition);
  }
}
