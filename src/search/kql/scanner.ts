/** Why a query is not valid, and where: an offset in its text, in UTF-16 units. */
export interface SyntaxFault {
  readonly position: number;
  readonly message: string;
}

/** Thrown inside the parser alone. */
export class SyntaxFaultError extends Error {
  constructor(readonly fault: SyntaxFault) {
    super(fault.message);
  }
}

const BLANKS = /[ \t\r\n]*/y;
const TYPOGRAPHIC_QUOTES = /[“”„‟]/g;

/** The text of a query, read from left to right (docs/contract/kql.md#1). */
export class Scanner {
  readonly text: string;
  position = 0;

  /** @param closesPhrases whether a phrase without its closing quote ends with the text */
  constructor(
    text: string,
    private readonly closesPhrases: boolean,
  ) {
    this.text = text.replace(TYPOGRAPHIC_QUOTES, '"');
  }

  /** The character here; empty at the end. */
  get next(): string {
    return this.text.charAt(this.position);
  }

  /** Nothing, or a parenthesis or quote or blank, is here: no word goes on. */
  get endsWord(): boolean {
    return this.next === '' || ' \t\r\n()"'.includes(this.next);
  }

  blanks(): void {
    this.take(BLANKS);
  }

  /** What a sticky pattern finds here, and goes behind it. */
  take(pattern: RegExp): RegExpExecArray | undefined {
    const found = this.see(pattern);
    if (found !== undefined) this.position += found[0].length;
    return found;
  }

  see(pattern: RegExp): RegExpExecArray | undefined {
    pattern.lastIndex = this.position;
    return pattern.exec(this.text) ?? undefined;
  }

  /** The phrase whose opening quote is here, without quotes. */
  phrase(): string {
    const opening = this.position;
    const closing = this.text.indexOf('"', opening + 1);
    if (closing === -1 && !this.closesPhrases) throw this.fault('The quote has no closing quote.');
    const end = closing === -1 ? this.text.length : closing;
    this.position = Math.min(end + 1, this.text.length);
    return this.text.slice(opening + 1, end);
  }

  fault(message: string, position = this.position): SyntaxFaultError {
    return new SyntaxFaultError({ position, message });
  }
}
