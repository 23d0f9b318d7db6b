import { resourceModified } from '../errors/catalogue/request.js';

/**
 * Nothing has an ETag, so only `*` can match what there is (docs/contract/field.md#6). It is asked when all else lets the
 * request pass (RFC 9110, section 13.2.1).
 * @param source what it is, in the words of errors: `Connection`
 * @throws resourceModified
 */
export function assertUnmodified(ifMatch: string | undefined, source: string): void {
  if (ifMatch !== undefined && ifMatch.trim() !== '*') throw resourceModified(source);
}
