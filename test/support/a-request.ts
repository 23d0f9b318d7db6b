import { readFileSync } from 'node:fs';

/** An entry of `docs/a-request.md`: a file, and the symbols that it names of it. */
export interface Entry {
  readonly file: string;
  readonly symbols: readonly string[];
  readonly section: string;
}

const ENTRY = /^- `(src\/[^`]+)`((?:,? `\w+`)*):/;

/** The entries of the page, in its order. */
export function entries(): Entry[] {
  let section = '';
  return readFileSync('docs/a-request.md', 'utf8')
    .split('\n')
    .flatMap((line) => {
      if (line.startsWith('## ')) section = line.slice(3);
      if (!line.startsWith('- ')) return [];
      const found = ENTRY.exec(line);
      if (found === null) throw new Error(`docs/a-request.md has a line that is no entry: ${line}`);
      const symbols = [...found[2]!.matchAll(/`(\w+)`/g)].map(([, symbol]) => symbol!);
      return [{ file: found[1]!, symbols, section }];
    });
}

/** The section whose files run only if a request is refused. */
export const REFUSED = 'If the request is refused';
