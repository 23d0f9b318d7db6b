import { stringifyExactly } from '../http/exact-json.js';
import { type EnumType, NAMESPACE } from './edm.js';

const DATE_TIME =
  /^(\d{4})-(\d\d)-(\d\d)T([01]\d|2[0-3]):([0-5]\d)(?::([0-5]\d)(?:\.\d{1,12})?)?(Z|[+-](?:0\d|1[0-4]):[0-5]\d)?$/i;

const daysIn = (year: number, month: number): number => new Date(Date.UTC(year, month, 0)).getUTCDate();

/** A date and time of ISO 8601 that exists in the calendar; the offset may be left out, and is UTC then. */
export function isDateTime(text: string): boolean {
  const [, year, month, day] = (DATE_TIME.exec(text) ?? []).map(Number);
  return (
    year !== undefined && year > 0 && month! >= 1 && month! <= 12 && day! >= 1 && day! <= daysIn(year, month!)
  );
}

/** A bigint comes from text with more digits than a number holds. */
export const isInt64 = (value: unknown): value is number | bigint =>
  Number.isSafeInteger(value) || (typeof value === 'bigint' && BigInt.asIntN(64, value) === value);

/**
 * Eight, four, four, four and twelve hexadecimal digits; versions and variants of RFC 9562 are not looked at. The OpenAPI
 * document shows the expression, and has no flags.
 */
export const GUID = /^[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}$/;

export const isGuid = (text: string): boolean => GUID.test(text);

/** The sentinel of an evolvable enumeration: older clients do not know the members after it (docs/contract/api.md#6.3). */
const SENTINEL = 'unknownFutureValue';

/** Every member that can be written. */
export const membersOf = ({ members, evolved = [] }: EnumType): readonly string[] => [...members, ...evolved];

/** The members of each type by what a client may write for them, in lower case. */
const NAMED = new WeakMap<EnumType, ReadonlyMap<string, string>>();

/** The member with this name in any case; undefined if there is none. */
export function memberNamed(type: EnumType, text: string): string | undefined {
  let named = NAMED.get(type);
  if (named === undefined) {
    const members = membersOf(type).map((member): [string, string] => [member, member]);
    const all = [...members, ...Object.entries(type.aliases ?? {})];
    NAMED.set(type, (named = new Map(all.map(([name, member]) => [name.toLowerCase(), member]))));
  }
  return named.get(text.trim().toLowerCase());
}

/** A member as it is answered. Only clients that ask for it get a member after the sentinel. */
export const visibleMember = ({ evolved }: EnumType, member: string, includeUnknown: boolean): string =>
  !includeUnknown && evolved?.includes(member) === true ? SENTINEL : member;

/** A type name as written in a request: with or without `#`, in the public namespace. */
export const localName = (name: string): string | undefined =>
  name.replace(/^#/, '').startsWith(`${NAMESPACE}.`)
    ? name.replace(/^#/, '').slice(NAMESPACE.length + 1)
    : undefined;

/** The parser speaks of types by the workload's own namespace (docs/contract/errors.md#c7). */
export const internalName = (given: unknown): string =>
  typeof given === 'string'
    ? given
        .replace(/^#/, '')
        .replace(/^microsoft\.graph(\.externalConnectors)?\./, 'microsoft.substrateConnectors.')
    : stringifyExactly(given);
