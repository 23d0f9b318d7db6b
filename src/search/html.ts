import { Tokenizer } from 'htmlparser2';
import { atOnce, type Steps } from '../graph/turns.js';

/** UTF-16 units that are read in one step. */
const STEP = 32_768;

/** Elements that do not end a word: all others do. */
const INLINE = new Set(
  'a abbr acronym b bdi bdo big cite code del dfn em font i ins kbd mark nobr q s samp small span strike strong sub sup tt u var wbr'.split(
    ' ',
  ),
);
/** Nothing inside is text for a reader, and nothing inside is an element. */
const UNREAD = new Set(['iframe', 'noembed', 'noframes', 'script', 'style']);
const BLANKS = /\s+/g;
const nothing = (): void => {};

/**
 * The text of an HTML page as a reader sees it: without tags, scripts, styles and comments, entities decoded, a line for each
 * block. Broken HTML is read as far as it goes. Its time grows with the length alone, however deep the elements are nested.
 */
export function* textOfHtmlInSteps(html: string): Steps<string> {
  const parts: string[] = [];
  let unread: string | undefined;
  const element = (start: number, end: number): string => {
    const name = html.slice(start, end).toLowerCase();
    if (unread === undefined && !INLINE.has(name)) parts.push('\n');
    return name;
  };
  const tokenizer = new Tokenizer(
    { decodeEntities: true },
    {
      onopentagname(start, end) {
        const name = element(start, end);
        if (UNREAD.has(name)) unread = name;
      },
      onclosetag(start, end) {
        const name = element(start, end);
        if (name === unread) unread = undefined;
      },
      ontext(start, end) {
        if (unread === undefined) parts.push(html.slice(start, end).replace(BLANKS, ' '));
      },
      ontextentity(codePoint) {
        if (unread === undefined) parts.push(String.fromCodePoint(codePoint).replace(BLANKS, ' '));
      },
      onattribdata: nothing,
      onattribend: nothing,
      onattribentity: nothing,
      onattribname: nothing,
      oncdata: nothing,
      oncomment: nothing,
      ondeclaration: nothing,
      onend: nothing,
      onopentagend: nothing,
      onprocessinginstruction: nothing,
      // Without xmlMode HTML has none: `<br/>` is `<br>`.
      onselfclosingtag: nothing,
    },
  );
  for (let start = 0; start < html.length; start += STEP) {
    tokenizer.write(html.slice(start, start + STEP));
    yield;
  }
  tokenizer.end();
  return parts
    .join('')
    .replace(/[ \n]+/g, (blanks) => (blanks.includes('\n') ? '\n' : ' '))
    .trim();
}

/** The same in one go. */
export const textOfHtml = (html: string): string => atOnce(textOfHtmlInSteps(html));
