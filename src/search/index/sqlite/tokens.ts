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
const BREAK = ' ¶ ';

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
}

const propertyTokens = ({ name, elements, wholes }: IndexedText): string =>
  [
    elements.map((words) => words.map((word) => wordTerm(name, word)).join(' ')).join(BREAK),
    ...wholes.map((key) => tokenOf(wholeTerm(name, key))),
  ].join(' ');

export function columnsOf(
  { granted, denied, content, texts, present }: IndexDocument,
  connection: number,
): Columns {
  const principals = [
    ...granted.map((principal) => grantToken(connection, principal)),
    ...denied.map((principal) => denyToken(connection, principal)),
  ];
  return {
    principals,
    scope: [connectionToken(connection), ...principals].join(' '),
    content: content.join(' '),
    properties: [...texts.map(propertyTokens), ...present.map(presentTerm)].join(' '),
  };
}
