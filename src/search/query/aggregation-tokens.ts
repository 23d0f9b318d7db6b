/** A range of values as a client writes it: text of numbers or dates. An end that is missing has no limit. */
export interface WrittenRange {
  readonly from?: string;
  readonly to?: string;
  /** The lower end belongs to the range unless it says otherwise. */
  readonly withoutFrom?: boolean;
  readonly withTo?: boolean;
}

/** What a token of a bucket stands for. */
export type Token = { readonly text: string } | { readonly range: WrittenRange };

/** An aggregation filter: one property, and tokens of which one must fit, or all. */
export interface AggregationFilter {
  readonly field: string;
  readonly joinedBy: 'or' | 'and';
  readonly tokens: readonly Token[];
}

/** Why a filter cannot be read. */
export interface FilterFault {
  readonly why: string;
}

/** U+01C2 twice, before the hexadecimal digits of a value. */
const MARK = 'ǂǂ';
const MOST_TOKENS = 100;

/** The token of a value: its UTF-8 bytes as hexadecimal digits, in quotes (docs/contract/search.md#7). */
export const valueToken = (text: string): string => `"${MARK}${Buffer.from(text).toString('hex')}"`;

/** The token of a range; that without an upper end includes it (docs/contract/search.md#7). */
export function rangeToken({ from = 'min', to, withTo }: WrittenRange): string {
  return `range(${from}, ${to ?? 'max'}${to === undefined || withTo ? ', to="le"' : ''})`;
}

const FIELD = /^\s*([\w.]+)\s*:\s*/;
const SEVERAL_PROPERTIES = /^\s*(?:and|or|not)\s*\(/i;
const UTF_8 = new TextDecoder('utf-8', { fatal: true });

/** Whether a filter joins several properties: the service finds nothing by it (docs/contract/search.md#7: observed). */
export const joinsProperties = (filter: string): boolean => SEVERAL_PROPERTIES.test(filter);

/** Reads `field:"token"`, `field:or("token","token")`, `field:range(from, to)` (docs/contract/search.md#7). */
export function readAggregationFilter(filter: string): AggregationFilter | FilterFault {
  const [begin, field] = FIELD.exec(filter) ?? [];
  if (begin === undefined || field === undefined) return { why: "it must begin with a property and ':'" };
  try {
    const reader = new TokenReader(filter.slice(begin.length));
    return { field, ...reader.all() };
  } catch (error) {
    if (error instanceof NotReadable) return { why: error.message };
    throw error;
  }
}

class NotReadable extends Error {}

class TokenReader {
  private rest: string;

  constructor(text: string) {
    this.rest = text;
  }

  all(): Omit<AggregationFilter, 'field'> {
    const joinedBy = this.take(/^(or|and)\s*\(\s*/i)?.[1]?.toLowerCase() as 'or' | 'and' | undefined;
    const tokens = [this.token()];
    if (joinedBy !== undefined) {
      while (this.take(/^\s*,\s*/) !== undefined) {
        if (tokens.length === MOST_TOKENS) throw new NotReadable(`it has more than ${MOST_TOKENS} tokens`);
        tokens.push(this.token());
      }
      if (this.take(/^\s*\)/) === undefined) throw new NotReadable("a ')' is missing at its end");
    }
    if (this.rest.trim() !== '') throw new NotReadable('text follows behind its last token');
    return { joinedBy: joinedBy ?? 'or', tokens };
  }

  private token(): Token {
    const range = this.take(/^range\s*\(([^,()]*),([^,()]*)((?:,\s*(?:from|to)\s*=\s*"[a-z]{2}"\s*)*)\)/i);
    if (range !== undefined) return { range: rangeOf(range[1]!.trim(), range[2]!.trim(), range[3]!) };
    const quoted = this.take(/^"((?:[^"\\]|\\.)*)"/);
    if (quoted === undefined) throw new NotReadable('it needs a token of a bucket, in quotes, or a range');
    // A client may escape the token's own quotes, and put others around it.
    const text = quoted[1]!.replaceAll(/\\(.)/g, '$1').replace(/^"(.*)"$/s, '$1');
    return { text: text.startsWith(MARK) ? decoded(text.slice(MARK.length)) : text };
  }

  private take(pattern: RegExp): RegExpExecArray | undefined {
    const found = pattern.exec(this.rest);
    if (found === null) return undefined;
    this.rest = this.rest.slice(found[0].length);
    return found;
  }
}

function decoded(hex: string): string {
  if (!/^(?:[0-9a-f]{2})*$/i.test(hex))
    throw new NotReadable('a token has other characters than hexadecimal digits');
  try {
    return UTF_8.decode(Buffer.from(hex, 'hex'));
  } catch {
    throw new NotReadable('the bytes of a token are no UTF-8 text');
  }
}

const written = (end: string, none: string): string | undefined =>
  end === '' || end.toLowerCase() === none ? undefined : end;

function rangeOf(from: string, to: string, options: string): WrittenRange {
  const says = (end: string, operator: string): boolean =>
    new RegExp(`${end}\\s*=\\s*"${operator}"`, 'i').test(options);
  return {
    from: written(from, 'min'),
    to: written(to, 'max'),
    withoutFrom: says('from', 'gt'),
    withTo: says('to', 'le'),
  };
}
