import type { IndexDocument, IndexedText } from '../document.js';
import { presentTerm, wholeTerm, wordTerm } from '../terms.js';

/** FTS5's `ascii` tokenizer takes runs of ASCII letters and digits and everything that is not ASCII, and folds A to Z. */
const NOT_IN_TOKEN = /[\0-/:-`{-\x7f\ue000-\uf8ff]/g;
const PRIVATE = 0xe000;
const ESCAPE = '\uf8ff';

/** A text as one token: other texts are other tokens, and what a text begins with, its token begins with. */
export const tokenOf = (text: string): string =>
  text.replace(NOT_IN_TOKEN, (character) =>
    character < '\x80' ? String.fromCharCode(PRIVATE + character.charCodeAt(0)) : ESCAPE + character,
  );

/** Between two elements of a property, so that no phrase goes from one to the next. */
const BREAK = '¶';

/** What a principal that is granted, or denied, is among the items of a connection, which is named by its number. */
export const grantToken = (connection: number, principal: string): string =>
  tokenOf(`${connection}+${principal}`);
export const denyToken = (connection: number, principal: string): string =>
  tokenOf(`${connection}-${principal}`);
/** Each item of a connection has it. */
export const connectionToken = (connection: number): string => tokenOf(`${connection}*`);

/** The columns of the full-text table: blanks between tokens. */
export interface Columns {
  /** Those tokens of the scope that grant or deny. */
  readonly principals: readonly string[];
  readonly scope: string;
  readonly content: string;
  readonly properties: string;
  /** The places of those tokens of `properties` that divide two elements. */
  readonly breaks: readonly number[];
}

function propertyTokens(texts: readonly IndexedText[]): { tokens: string[]; breaks: number[] } {
  const tokens: string[] = [];
  const breaks: number[] = [];
  for (const { name, elements, wholes } of texts) {
    for (const [index, words] of elements.entries()) {
      if (index > 0) breaks.push(tokens.push(BREAK) - 1);
      for (const word of words) tokens.push(wordTerm(name, word));
    }
    for (const key of wholes) tokens.push(tokenOf(wholeTerm(name, key)));
  }
  return { tokens, breaks };
}

export function columnsOf(
  { granted, denied, content, texts, present }: IndexDocument,
  connection: number,
): Columns {
  const principals = [
    ...granted.map((principal) => grantToken(connection, principal)),
    ...denied.map((principal) => denyToken(connection, principal)),
  ];
  const { tokens, breaks } = propertyTokens(texts);
  return {
    principals,
    scope: [connectionToken(connection), ...principals].join(' '),
    content: content.join(' '),
    properties: [tokens.join(' '), ...present.map(presentTerm)].join(' '),
    breaks,
  };
}
