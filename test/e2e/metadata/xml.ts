/** An element of a document that has no text of its own, as CSDL is. */
export interface XmlElement {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: XmlElement[];
}

const TOKEN = /<\?xml[^>]*\?>|<!--[^]*?-->|<(\/?)([\w:.-]+)((?:\s+[\w:.-]+="[^"<]*")*)\s*(\/?)>|\s+/y;
const ATTRIBUTE = /([\w:.-]+)="([^"]*)"/g;
const REFERENCES: Record<string, string> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };

const unescaped = (text: string): string =>
  text.replaceAll(/&(\w+;)?/g, (_, name: string | undefined) => {
    const character = REFERENCES[name?.slice(0, -1) ?? ''];
    if (character === undefined) throw new Error(`Not well-formed: ${text}`);
    return character;
  });

/**
 * Reads a document, strictly: one root, each element closed, each attribute once.
 * @throws Error where it is not well-formed
 */
export function readXml(text: string): XmlElement {
  const root: XmlElement = { name: '', attributes: {}, children: [] };
  const open = [root];
  for (let at = 0; at < text.length; at = TOKEN.lastIndex) {
    TOKEN.lastIndex = at;
    const found = TOKEN.exec(text);
    if (found === null) throw new Error(`Not well-formed at ${at}: ${text.slice(at, at + 80)}`);
    const [, closing, name, attributes, empty] = found;
    if (name === undefined) continue;
    const parent = open.at(-1)!;
    if (closing === '/') {
      if (parent.name !== name || open.length === 1) throw new Error(`</${name}> closes <${parent.name}>.`);
      open.pop();
      continue;
    }
    const pairs = [...attributes!.matchAll(ATTRIBUTE)].map(
      ([, key, value]) => [key!, unescaped(value!)] as const,
    );
    if (new Set(pairs.map(([key]) => key)).size < pairs.length)
      throw new Error(`<${name}> has an attribute twice.`);
    const element: XmlElement = { name, attributes: Object.fromEntries(pairs), children: [] };
    parent.children.push(element);
    if (empty === '') open.push(element);
  }
  if (open.length > 1 || root.children.length !== 1)
    throw new Error('The document has no one root that is closed.');
  return root.children[0]!;
}
