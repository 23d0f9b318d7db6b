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

const escaped = (text: string): string => text.replace(/[!%_]/g, '!$&');

/** The conditions that a text begins with another, has it in it, or ends with it; case counts. */
export const TEXT_CONDITIONS = {
  /** On SQLite case counts only with `PRAGMA case_sensitive_like = ON`, which the connection must have set. */
  startswith: (operand: string, text: string, parameters: Parameters): string =>
    // Not the backslash, which databases and drivers read differently.
    `${operand} LIKE ${parameters.bind(`${escaped(text)}%`)} ESCAPE '!'`,
  /** A pattern with `%` before it takes SQLite as many steps as both texts have characters, multiplied. */
  contains: (operand: string, text: string, parameters: Parameters): string =>
    `${STRPOS}${operand}, ${parameters.bind(text)}) > 0`,
  endswith: (operand: string, text: string, parameters: Parameters): string =>
    `substr(${operand}, length(${operand}) + ${1 - [...text].length}) = ${parameters.bind(text)}`,
};

const STRPOS = 'strpos(';

/** A condition in the words of the database that is asked: only one function has two names. */
export const inWordsOf = (database: string, sql: string): string =>
  database === 'postgres' ? sql : sql.replaceAll(STRPOS, 'instr(');
