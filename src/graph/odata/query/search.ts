import { queryOptionNotValid } from '../../errors/catalogue/query.js';
import { FALSE, Parameters, type SqlFragment, TEXT_CONDITIONS } from './sql.js';

const LONGEST_BYTES = 1_024;
const MOST_TERMS = 32;

/** A phrase with `\"` and `\\` inside, or a word; then a blank or the end. */
const TERM = /(?:"((?:[^"\\]|\\["\\])*)"|([^\s"()]+))(?:\s+|$)/y;

const fault = (reason: string): Error => queryOptionNotValid(`The $search query option ${reason}.`);

/**
 * The words and phrases of a `$search`, all of which must be found (OData 4.01 part 2, section 5.1.8).
 * @throws queryOptionNotValid
 */
export function parseSearch(text: string): string[] {
  if (Buffer.byteLength(text) > LONGEST_BYTES) throw fault(`may have ${LONGEST_BYTES} bytes at most`);
  const terms: string[] = [];
  const trimmed = text.trim();
  let afterAnd = true;
  for (TERM.lastIndex = 0; TERM.lastIndex < trimmed.length;) {
    const at = TERM.lastIndex;
    const [, phrase, word] = TERM.exec(trimmed) ?? [];
    if (word === 'AND' && !afterAnd) {
      afterAnd = true;
      continue;
    }
    if (word === 'AND' || word === 'OR' || word === 'NOT')
      throw fault(
        `supports words and "phrases", and AND between them; ${word} at position ${at} is not supported`,
      );
    const term = word ?? phrase?.replace(/\\(["\\])/g, '$1');
    if (term === undefined || term.trim() === '')
      throw fault(`takes words and "phrases": there is neither at position ${at}`);
    terms.push(term);
    afterAnd = false;
  }
  if (afterAnd) throw fault('has nothing after its last AND');
  if (terms.length > MOST_TERMS) throw fault(`may have ${MOST_TERMS} words and phrases at most`);
  return terms;
}

/** Only these letters are folded alike by LOWER on SQLite and on PostgreSQL with the "C" collation. */
const folded = (text: string): string => text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());

/** Each term is contained in one of the columns at least, in any case. */
export function searchCondition(terms: readonly string[], columns: readonly string[]): SqlFragment {
  const parameters = new Parameters('search');
  const conditions = terms.map((term) => {
    // Null is no text to be found in; the coalesced text keeps the condition true or false.
    const found = columns.map((column) =>
      TEXT_CONDITIONS.contains(`LOWER(COALESCE(${column}, ''))`, folded(term), parameters),
    );
    return `(${found.join(' OR ')})`;
  });
  return {
    sql: columns.length === 0 ? FALSE : `(${conditions.join(' AND ')})`,
    parameters: parameters.values,
  };
}
