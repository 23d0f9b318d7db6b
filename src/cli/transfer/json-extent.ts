const [QUOTE, BACKSLASH, BRACE, BRACKET, BRACE_END, BRACKET_END] = Array.from('"\\{[}]', (character) =>
  character.charCodeAt(0),
);

/** Where an object or an array ends that begins here. @param text JSON that was parsed already, so that there is an end */
export function endOfStructure(text: string, from: number): number {
  let depth = 0;
  for (let index = from; ; index++) {
    const code = text.charCodeAt(index);
    if (code === QUOTE) index = endOfString(text, index);
    else if (code === BRACE || code === BRACKET) depth++;
    else if ((code === BRACE_END || code === BRACKET_END) && --depth === 0) return index + 1;
  }
}

/** The place of the quote that ends the string which begins here. */
function endOfString(text: string, from: number): number {
  let index = from + 1;
  for (let code; (code = text.charCodeAt(index)) !== QUOTE;) index += code === BACKSLASH ? 2 : 1;
  return index;
}
