import type { PropertyType } from '../../schema/enums.js';
import { folded, phraseOf } from '../words.js';
import type { Bound, Condition } from './condition.js';
import { betweenOf, NONE, notOf } from './conditions.js';
import { intervalOf, type Today } from './dates.js';
import type { KqlProperty } from './kql-schema.js';
import type { KqlNode } from './tree.js';
import type { KqlWarning } from './warnings.js';

type Restriction = Extract<KqlNode, { readonly kind: 'restriction' }>;
/** Or why it matches nothing. */
type Bind = (restriction: Restriction, property: KqlProperty, today: Today) => Condition | KqlWarning['kind'];

const NUMBER = /^([+-]?)(\d*)(?:\.(\d+))?$/;
const LEAST_INT64 = -(2n ** 63n);
const GREATEST_INT64 = 2n ** 63n - 1n;

/** What a restriction means for the type of its property, or why it matches nothing (docs/contract/kql.md#4). */
export function bindRestriction(
  restriction: Restriction,
  property: KqlProperty,
  today: Today,
): Condition | KqlWarning['kind'] {
  const { operator, value, prefix } = restriction;
  if (prefix && value === '' && (operator === ':' || operator === '=' || operator === '<>')) {
    const exists: Condition = { kind: 'exists', property: property.name };
    return operator === '<>' ? notOf(exists) : exists;
  }
  return BINDS[property.type](restriction, property, today);
}

const textual: Bind = ({ operator, value, prefix }, { name, isExactMatchRequired }) => {
  if (operator !== ':' && operator !== '=' && operator !== '<>') return 'operator';
  if (value.includes('*')) return 'wildcard';
  if (operator === ':' && !isExactMatchRequired) {
    const phrase = phraseOf(value, prefix);
    return phrase === undefined ? 'noWord' : { kind: 'contains', property: name, phrase };
  }
  const equals: Condition = { kind: 'equals', property: name, text: folded(value), prefix };
  return operator === '<>' ? notOf(equals) : equals;
};

/** A value between the first and the last that the restriction names, in its operator's way. */
const ordered =
  (read: (value: string, today: Today) => Ends | undefined): Bind =>
  ({ operator, value, to, prefix }, { name }, today) => {
    if (prefix) return 'value';
    const first = read(value, today);
    const last = to === undefined ? first : read(to, today);
    if (first === undefined || last === undefined) return 'value';
    switch (operator) {
      case '<':
        return limited(name, undefined, before(first.from));
      case '<=':
        return limited(name, undefined, first.to);
      case '>':
        return limited(name, after(first.to), undefined);
      case '>=':
        return limited(name, first.from, undefined);
      case '<>':
        return notOf(limited(name, first.from, first.to));
      default:
        return limited(name, first.from, last.to);
    }
  };

interface Ends {
  readonly from: Bound;
  readonly to: Bound;
}

const before = ({ value, inclusive }: Bound): Bound => ({ value, inclusive: !inclusive });
const after = before;

/** Ends that no value of the type lies beyond are left out, and no end is a number that a database cannot hold. */
function limited(property: string, from: Bound | undefined, to: Bound | undefined): Condition {
  const [least, greatest] =
    typeof (from ?? to)!.value === 'bigint'
      ? [LEAST_INT64, GREATEST_INT64]
      : [-Number.MAX_VALUE, Number.MAX_VALUE];
  if (from !== undefined && from.value > greatest) return NONE;
  if (to !== undefined && to.value < least) return NONE;
  return betweenOf(
    property,
    from !== undefined && from.value < least ? undefined : from,
    to !== undefined && to.value > greatest ? undefined : to,
  );
}

const exactly = (value: number | bigint): Ends => ({
  from: { value, inclusive: true },
  to: { value, inclusive: true },
});

const int64 = ordered((text) => {
  const [, sign, whole, fraction] = NUMBER.exec(text) ?? [];
  if (whole === undefined || (whole === '' && fraction === undefined)) return undefined;
  const magnitude = BigInt(whole);
  const below = sign === '-' ? -magnitude : magnitude;
  if (fraction === undefined || /^0*$/.test(fraction)) return exactly(below);
  // No whole number is equal to it: those beside it are the nearest.
  const [floor, ceiling] = sign === '-' ? [below - 1n, below] : [below, below + 1n];
  return { from: { value: ceiling, inclusive: true }, to: { value: floor, inclusive: true } };
});

const double = ordered((text) => {
  const [, , whole, fraction] = NUMBER.exec(text) ?? [];
  if (whole === undefined || (whole === '' && fraction === undefined)) return undefined;
  // Minus zero is zero.
  return exactly(Number(text) + 0);
});

const dateTime = ordered((text, today) => {
  const interval = intervalOf(text, today);
  if (interval === undefined) return undefined;
  return { from: { value: interval.from, inclusive: true }, to: { value: interval.to, inclusive: false } };
});

const BOOLEANS: ReadonlyMap<string, boolean> = new Map([
  ['true', true],
  ['1', true],
  ['false', false],
  ['0', false],
]);

const boolean: Bind = ({ operator, value, prefix }, { name }) => {
  if (operator !== ':' && operator !== '=' && operator !== '<>') return 'operator';
  const read = prefix ? undefined : BOOLEANS.get(value.toLowerCase());
  if (read === undefined) return 'value';
  const is: Condition = { kind: 'is', property: name, value: read };
  return operator === '<>' ? notOf(is) : is;
};

const BINDS: Record<PropertyType, Bind> = {
  string: textual,
  stringCollection: textual,
  principal: textual,
  principalCollection: textual,
  int64,
  int64Collection: int64,
  double,
  doubleCollection: double,
  dateTime,
  dateTimeCollection: dateTime,
  boolean,
};
