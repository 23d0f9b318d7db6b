import type { EnumType } from './edm.js';

/** Where members of an enumeration that evolves stand which older clients do not know (contract, api.md section 6.3). */
const SENTINEL = 'unknownFutureValue';

/** Every member that can be written. */
export const membersOf = ({ members, evolved = [] }: EnumType): readonly string[] => [...members, ...evolved];

/** The member that a client means, in any case; undefined where there is none. */
export function memberNamed(type: EnumType, text: string): string | undefined {
  const wanted = text.trim().toLowerCase();
  const alias = Object.entries(type.aliases ?? {}).find(([name]) => name.toLowerCase() === wanted)?.[1];
  return alias ?? membersOf(type).find((member) => member.toLowerCase() === wanted);
}

/** A member as it is read: one behind the sentinel only by those who ask for it. */
export const shownMember = ({ evolved }: EnumType, member: string, includeUnknown: boolean): string =>
  !includeUnknown && evolved?.includes(member) === true ? SENTINEL : member;
