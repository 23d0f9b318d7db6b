import type { EnumType } from './edm.js';

/** Where members of an enumeration that evolves stand which older clients do not know (docs/contract/api.md#6.3). */
const SENTINEL = 'unknownFutureValue';

/** Every member that can be written. */
export const membersOf = ({ members, evolved = [] }: EnumType): readonly string[] => [...members, ...evolved];

/** The members of each type by what a client may write for them, in lower case. */
const NAMED = new WeakMap<EnumType, ReadonlyMap<string, string>>();

/** The member that a client means, in any case; undefined where there is none. */
export function memberNamed(type: EnumType, text: string): string | undefined {
  let named = NAMED.get(type);
  if (named === undefined) {
    const members = membersOf(type).map((member): [string, string] => [member, member]);
    const all = [...members, ...Object.entries(type.aliases ?? {})];
    NAMED.set(type, (named = new Map(all.map(([name, member]) => [name.toLowerCase(), member]))));
  }
  return named.get(text.trim().toLowerCase());
}

/** A member as it is read: one behind the sentinel only by those who ask for it. */
export const shownMember = ({ evolved }: EnumType, member: string, includeUnknown: boolean): string =>
  !includeUnknown && evolved?.includes(member) === true ? SENTINEL : member;
