import { describeForMessage, quoteForMessage } from '../graph/errors/quote-for-message.js';
import { isDateTime, isInt64 } from '../graph/odata/edm-values.js';
import { propertiesOf, qualifiedName, typeOf } from '../graph/odata/edm.js';
import type { Steps } from '../graph/turns.js';
import type { PropertyType } from '../schema/enums.js';
import { PrincipalDto } from './external-item.dto.js';

/** Three digits more than a value may have: values of earlier versions of the server are still stored. */
const FORM =
  /^(\d{4}-\d\d-\d\d)(?:T(\d\d:\d\d)(?::(\d\d)(?:\.(\d{1,12}))?)?(?:Z|([+-]\d\d)(?::?(\d\d))?)?)?$/i;
const MOST_DIGITS = 9;
const NANOSECONDS_PER_MS = 1_000_000n;

/**
 * The instant of a `dateTime` value of an item, in nanoseconds since 1970 in UTC: what such values are compared and sorted
 * by. A value without an offset is UTC, and a date alone is its first instant (docs/contract/field.md#1.1). Undefined where the
 * text has another form, or no such day or time exists; there are no leap seconds and no hour 24.
 */
export function instantOf(text: string): bigint | undefined {
  const found = FORM.exec(text);
  if (found === null) return undefined;
  const [, date, time = '00:00', seconds = '00', fraction = '', hours = '+00', minutes = '00'] = found;
  const whole = `${date}T${time}:${seconds}${hours}:${minutes}`;
  if (!isDateTime(whole)) return undefined;
  const nanoseconds = BigInt(fraction.slice(0, MOST_DIGITS).padEnd(MOST_DIGITS, '0'));
  return BigInt(Date.parse(whole)) * NANOSECONDS_PER_MS + nanoseconds;
}

/** Whether a text may be a `dateTime` value of an item (docs/contract/field.md#1.1). */
export const isItemDateTime = (text: string): boolean =>
  instantOf(text) !== undefined && (FORM.exec(text)![4]?.length ?? 0) <= MOST_DIGITS;

export const ANNOTATION = '@odata.type';
const PRINCIPAL = qualifiedName(typeOf(PrincipalDto));

/** What is wrong with a value: the place in it, empty for the value itself, and the rest of the sentence about it. */
export interface ValueFault {
  readonly at: string;
  readonly why: string;
}

/** How one value of a type is written (docs/contract/api.md#1.8). */
interface ValueType {
  readonly fault: (value: unknown) => ValueFault | undefined;
  /** Its names in `@odata.type`, the first as it is answered. */
  readonly names: readonly string[];
}

const mustBe = (expected: string, value: unknown, at = ''): ValueFault => ({
  at,
  why: `must be ${expected}; it is ${describeForMessage(value)}`,
});

const simple = (name: string, expected: string, isValue: (value: unknown) => boolean): ValueType => ({
  fault: (value) => (isValue(value) ? undefined : mustBe(expected, value)),
  names: [name],
});

/** PostgreSQL stores neither U+0000 nor half a surrogate pair, and no database gives the latter back. */
function textFault(value: unknown, expected = 'a string', at = ''): ValueFault | undefined {
  if (typeof value !== 'string') return mustBe(expected, value, at);
  return value.includes('\0') || !value.isWellFormed()
    ? mustBe('well-formed Unicode text without U+0000', value, at)
    : undefined;
}

const PRINCIPAL_MEMBERS = new Set(propertiesOf(PrincipalDto).keys());

/** docs/contract/api.md#1.12. */
function principalFault(value: unknown): ValueFault | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return mustBe('an object', value);
  for (const [key, entry] of Object.entries(value)) {
    const at = `.${quoteForMessage(key)}`;
    if (key === ANNOTATION) {
      if (typeof entry !== 'string' || entry.replace(/^#/, '') !== PRINCIPAL)
        return mustBe(`'${PRINCIPAL}'`, entry, at);
    } else if (!PRINCIPAL_MEMBERS.has(key))
      return { at, why: `is no member of a principal, which has ${[...PRINCIPAL_MEMBERS].join(', ')}` };
    else if (entry !== null) {
      const fault = textFault(entry, 'a string or null', at);
      if (fault !== undefined) return fault;
    }
  }
  return undefined;
}

const STRING: ValueType = { fault: textFault, names: ['String'] };
const INT64 = simple('Int64', 'a whole number of 64 bits', isInt64);
export const DOUBLE = simple(
  'Double',
  'a number',
  (value) => Number.isFinite(value) || (typeof value === 'bigint' && Number.isFinite(Number(value))),
);
const DATE_TIME: ValueType = {
  ...simple(
    'DateTimeOffset',
    'an ISO 8601 date or date and time, such as 2026-11-24 or 2026-11-24T18:05:10Z',
    (value) => typeof value === 'string' && isItemDateTime(value),
  ),
  names: ['DateTimeOffset', 'DateTime'],
};
const BOOLEAN = simple('Boolean', 'true or false', (value) => typeof value === 'boolean');
const PRINCIPAL_VALUE: ValueType = { fault: principalFault, names: [PRINCIPAL] };

/** What the values of each type of the schema are, one or several. */
export const VALUE_TYPES: Record<PropertyType, { readonly of: ValueType; readonly collection: boolean }> = {
  string: { of: STRING, collection: false },
  int64: { of: INT64, collection: false },
  double: { of: DOUBLE, collection: false },
  dateTime: { of: DATE_TIME, collection: false },
  boolean: { of: BOOLEAN, collection: false },
  principal: { of: PRINCIPAL_VALUE, collection: false },
  stringCollection: { of: STRING, collection: true },
  int64Collection: { of: INT64, collection: true },
  doubleCollection: { of: DOUBLE, collection: true },
  dateTimeCollection: { of: DATE_TIME, collection: true },
  principalCollection: { of: PRINCIPAL_VALUE, collection: true },
};

/** docs/contract/field.md#1.2. */
const NULL: ValueFault = {
  at: '',
  why: 'must not be null; leave the property out where it has no value',
};

/** What is wrong with a value of a property, if anything is: the first fault of the first wrong entry of a collection. */
export function* valueFault(value: unknown, type: PropertyType): Steps<ValueFault | undefined> {
  const { of, collection } = VALUE_TYPES[type];
  if (value === null) return NULL;
  if (!collection) return of.fault(value);
  if (!Array.isArray(value)) return mustBe('an array', value);
  for (const [index, entry] of value.entries()) {
    const fault = of.fault(entry);
    if (fault !== undefined) return { ...fault, at: `[${index}]${fault.at}` };
    yield;
  }
  return undefined;
}
