import { isDateTime } from '../graph/odata/edm-values.js';

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
