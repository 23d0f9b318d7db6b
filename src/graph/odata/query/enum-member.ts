import { type EnumType, NAMESPACE } from '../edm.js';

/** Of every enumeration of Graph; never stored, so that nothing equals it. */
const UNKNOWN_FUTURE_VALUE = 'unknownFutureValue';

/**
 * The stored form of an enumeration literal, whose members may be written in any case as in bodies (docs/contract/api.md#6.7); undefined where there is no such member, or the literal is of another type.
 * @param typeName in full, where the literal names its type
 */
export function enumMember(type: EnumType, text: string, typeName?: string): string | undefined {
  if (typeName !== undefined && typeName !== `${NAMESPACE}.${type.name}`) return undefined;
  const wanted = (type.flags === true ? text.split(',') : [text]).map((part) => part.trim().toLowerCase());
  const members = [...type.members, UNKNOWN_FUTURE_VALUE];
  if (!wanted.every((part) => members.some((member) => member.toLowerCase() === part))) return undefined;
  return members.filter((member) => wanted.includes(member.toLowerCase())).join(',');
}
