const KEY = /\/([A-Za-z_]\w*)\((?:[A-Za-z_]\w*=)?'((?:[^'/]|'')*)'\)/g;

/** The router does not decode `%24batch` and `%24count`, which clients send (docs/contract/clients.md#11). */
const ENCODED_DOLLAR = /\/%24/g;

/** The model has the connections as an entity set as well, which early pages and SDKs use (docs/contract/api.md#2). */
const ENTITY_SET = /^(\/(?:beta|v1\.0)\/)(?=connections(?:[/(?]|%28|$))/i;

/**
 * An address in which OData's keys, `connections('contosohr')` and `connections(id='contosohr')`, are segments of their
 * own, as the router knows them. A quote in a key is doubled (docs/contract/api.md#6.4).
 */
export function routable(url: string): string {
  const [encoded = '', ...search] = url.split('?');
  const path = encoded.replace(ENCODED_DOLLAR, '/$$').replace(ENTITY_SET, '$1external/');
  if (!/(\(|%28)/i.test(path)) return [path, ...search].join('?');
  const readable = path
    .replace(/%28/gi, '(')
    .replace(/%29/gi, ')')
    .replace(/%27/gi, "'")
    .replace(/%3D/gi, '=');
  const segments = readable.replace(
    KEY,
    (_, name: string, key: string) => `/${name}/${key.replaceAll("''", '%27')}`,
  );
  return [segments, ...search].join('?');
}
