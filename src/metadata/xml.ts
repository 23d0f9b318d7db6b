/** An element as lines of text, so that whoever holds it can indent it. */
export type Element = readonly string[];

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

const escaped = (text: string): string => text.replaceAll(/[&<>"]/g, (character) => ENTITIES[character]!);

/** An element; attributes without a value are left out. */
export function element(
  name: string,
  attributes: Readonly<Record<string, string | number | boolean | undefined>>,
  children: readonly Element[] = [],
): Element {
  const head = Object.entries(attributes)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => ` ${key}="${escaped(String(value))}"`)
    .join('');
  if (children.length === 0) return [`<${name}${head} />`];
  return [`<${name}${head}>`, ...children.flat().map((line) => `  ${line}`), `</${name}>`];
}

/** A whole document. */
export const xmlDocument = (root: Element): string =>
  ['<?xml version="1.0" encoding="utf-8"?>', ...root, ''].join('\n');
