/**
 * The terms by which both engines find what stands in one property: its name, a sign that is in no word, and the rest.
 * Words of the content stand alone where they have a column of their own.
 */
export const wordTerm = (name: string, word: string): string => `${name}·${word}`;
export const wholeTerm = (name: string, key: string): string => `${name}≡${key}`;
export const presentTerm = (name: string): string => `${name}∃`;

/** Where words of the content stand beside others: no property has this name, so no beginning of a word is one of a name. */
export const CONTENT = '';

/** More words than this between two are as good as anywhere in the same text. */
export const LONGEST_DISTANCE = 200;
