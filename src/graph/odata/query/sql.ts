export type SqlValue = string | number | boolean;

/** A condition for a query builder. Whatever a client wrote is in the parameters, never in the SQL. */
export interface SqlFragment {
  /** In parentheses where it has parts, so that it can stand beside any other condition. */
  readonly sql: string;
  readonly parameters: Readonly<Record<string, SqlValue>>;
}

/** Collects the parameters of one fragment under names that no other fragment uses. */
export class Parameters {
  readonly values: Record<string, SqlValue> = {};
  private count = 0;

  constructor(private readonly prefix: string) {}

  /** The placeholder for the value. */
  bind(value: SqlValue): string {
    const name = `${this.prefix}${this.count++}`;
    this.values[name] = value;
    return `:${name}`;
  }
}

export const TRUE = '1 = 1';
export const FALSE = '1 = 0';

/**
 * SQLite refuses patterns over 50,000 bytes with an error of its own. An escaped character has at most two bytes, any
 * other at most three for each UTF-16 unit.
 */
export const LONGEST_PATTERN_TEXT = 16_000;

const escaped = (text: string): string => text.replace(/[!%_]/g, '!$&');

/** Patterns for {@link like}: not the backslash, which databases and drivers read differently. */
export const startingWith = (text: string): string => `${escaped(text)}%`;
export const endingWith = (text: string): string => `%${escaped(text)}`;
export const containing = (text: string): string => `%${escaped(text)}%`;

/**
 * Tells case apart on PostgreSQL by itself, and on SQLite only with `PRAGMA case_sensitive_like = ON`, which the
 * connection must have set.
 */
export const like = (operand: string, placeholder: string): string =>
  `${operand} LIKE ${placeholder} ESCAPE '!'`;
