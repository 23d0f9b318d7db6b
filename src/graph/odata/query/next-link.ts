import type { GraphVersion } from '../../http/request-context.js';
import { withoutOptions } from './query-string.js';

/**
 * `@odata.nextLink`: absolute, with all options of the first request, as they were written (docs/contract/api.md#6.5). `$top` is kept, since it is the size of a page; `$skip` is not, since the token says where to go on.
 * @param address origin and path as the client used them
 */
export const nextLink = (address: string, search: string, token: string, version: GraphVersion): string =>
  `${address}?${[...withoutOptions(search, version, ['$skip', '$skiptoken']), `$skiptoken=${token}`].join('&')}`;
