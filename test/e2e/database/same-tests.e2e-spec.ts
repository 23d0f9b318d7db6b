import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { EXCEPTIONS } from '../../support/exceptions.js';

const specs = ['test', 'src'].flatMap((folder) =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('-spec.ts') || file.endsWith('.spec.ts'))
    .map((file) => ({ file: join(folder, file), text: readFileSync(join(folder, file), 'utf8') })),
);

/** What makes a test depend on where it runs; a browser that is not installed is another matter. */
const CONDITIONS = new RegExp(['\\.skip', '\\.only', 'runIf', 'onPostgres', "inject\\('"].join('|'));
const ALLOWED = 'describe.skipIf(withoutBrowser)';

describe('the tests on SQLite and on PostgreSQL', () => {
  it('are the same: none but the named exceptions asks which database it has', () => {
    const conditional = specs.filter(
      ({ file, text }) =>
        !file.endsWith('same-tests.e2e-spec.ts') && CONDITIONS.test(text.replaceAll(ALLOWED, '')),
    );
    expect(conditional.map(({ file }) => file)).toEqual([]);
  });

  it.each(Object.keys(EXCEPTIONS))('but for the exception "%s", which stands in one place', (title) => {
    const places = specs.filter(({ text }) => text.includes(`describeException('${title}'`));
    expect(places).toHaveLength(1);
  });
});
