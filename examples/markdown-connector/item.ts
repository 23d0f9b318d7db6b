import { createHash } from 'node:crypto';
import type { Document } from './documents.js';

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/**
 * The id follows from the path, so that the same file is always the same item, in whichever run. A path itself may be
 * longer than the 128 characters that an id may have, and have other characters than letters and digits.
 */
export const itemIdOf = (path: string): string => sha256(path);

/** A picture, and a picture that is a link: the badges of many a heading. */
const PICTURES = /\[?!\[[^\]]*\]\([^)]*\)(\]\([^)]*\))?/g;

/** The first heading, or the path where there is none. */
const titleOf = ({ text, path }: Document): string =>
  /^#[ \t]+(.*\S)/m.exec(text)?.[1]?.replace(PICTURES, '').trim() || path;

/** The body of `PUT …/items/{id}`. */
export function toItem(document: Document, siteUrl: string) {
  const { path, text, size, modified } = document;
  return {
    // Everyone of the tenant may see it. Name users and groups here where the source has permissions of its own.
    acl: [{ type: 'everyone', value: 'everyone', accessType: 'grant' }],
    properties: {
      title: titleOf(document),
      url: `${siteUrl}/${path.split('/').map(encodeURIComponent).join('/')}`,
      lastModifiedDateTime: modified.toISOString(),
      path,
      // A collection needs its type beside it.
      'tags@odata.type': 'Collection(String)',
      tags: path.split('/').slice(0, -1),
      size,
    },
    content: { type: 'text', value: text },
  };
}

/** Tells one version of an item from another: of all that is sent, so that a change of this connector is noticed too. */
export const fingerprintOf = (item: ReturnType<typeof toItem>): string => sha256(JSON.stringify(item));
