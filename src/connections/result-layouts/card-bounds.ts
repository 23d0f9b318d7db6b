/** A result layout of a body, and its place in the body. */
export interface PlacedLayout {
  /** The template, as a path in the body. */
  readonly target: string;
  readonly layout: object;
}

/** A bound that the result layouts of a body exceed. */
export interface BrokenBound {
  readonly target: string;
  /** The limit, in words. */
  readonly limit: string;
}

/**
 * The limits of all result layouts of one body together. A Teams message, the largest card that Microsoft documents, has
 * 28 kB. The libraries take more than linear time for long and nested expressions: at these bounds about two to three seconds.
 */
export const CARD_BOUNDS = {
  characters: 1_000_000,
  values: 5_000,
  depth: 50,
  charactersOfBoundText: 4_096,
  charactersOfBoundTexts: 32_768,
  openBrackets: 50,
} as const;

const BINDING = '${';

const OPENING = new Set('([{');
const CLOSING = new Set(')]}');

/** The deepest nesting of brackets in a text. */
function openBrackets(text: string): number {
  let open = 0;
  let most = 0;
  for (const character of text) {
    if (OPENING.has(character)) most = Math.max(most, ++open);
    else if (CLOSING.has(character)) open = Math.max(0, open - 1);
  }
  return most;
}

class Meter {
  private characters = 0;
  private values = 0;
  private charactersOfBoundTexts = 0;

  /** The first bound that a value exceeds, with what was measured before. */
  exceeded(value: unknown, depth: number): string | undefined {
    if (++this.values > CARD_BOUNDS.values) return `${CARD_BOUNDS.values} values together`;
    if (depth > CARD_BOUNDS.depth) return `${CARD_BOUNDS.depth} levels of nesting`;
    if (typeof value === 'string') return this.exceededByName(value) ?? this.exceededByText(value);
    if (typeof value !== 'object' || value === null) return undefined;
    for (const [name, entry] of Object.entries(value)) {
      const limit =
        (Array.isArray(value) ? undefined : this.exceededByName(name)) ?? this.exceeded(entry, depth + 1);
      if (limit !== undefined) return limit;
    }
    return undefined;
  }

  private exceededByName(text: string): string | undefined {
    this.characters += text.length;
    return this.characters > CARD_BOUNDS.characters
      ? `${CARD_BOUNDS.characters} characters together`
      : undefined;
  }

  private exceededByText(text: string): string | undefined {
    if (!text.includes(BINDING)) return undefined;
    if (text.length > CARD_BOUNDS.charactersOfBoundText)
      return `${CARD_BOUNDS.charactersOfBoundText} characters in a text with '\${...}'`;
    this.charactersOfBoundTexts += text.length;
    if (this.charactersOfBoundTexts > CARD_BOUNDS.charactersOfBoundTexts)
      return `${CARD_BOUNDS.charactersOfBoundTexts} characters in all texts with '\${...}'`;
    return openBrackets(text) > CARD_BOUNDS.openBrackets
      ? `${CARD_BOUNDS.openBrackets} open brackets in a text with '\${...}'`
      : undefined;
  }
}

/** The first bound that the layouts of a body exceed. It stops there, so that a body of 4 MB does not delay other requests. */
export function brokenBound(layouts: readonly PlacedLayout[]): BrokenBound | undefined {
  const meter = new Meter();
  for (const { target, layout } of layouts) {
    const limit = meter.exceeded(layout, 1);
    if (limit !== undefined) return { target, limit };
  }
  return undefined;
}
