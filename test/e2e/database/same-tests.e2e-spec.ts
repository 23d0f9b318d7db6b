import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { EXCEPTIONS, ON_SQLITE_ONLY } from '../../support/exception-list.js';

const specs = ['test', 'src'].flatMap((folder) =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('-spec.ts') || file.endsWith('.spec.ts'))
    .map((file) => ({ file: join(folder, file), text: readFileSync(join(folder, file), 'utf8') })),
);

/** The ways to learn which database a run has; skipping for another reason, a browser that is missing, is the same on both. */
const WAYS = /onPostgres|inject\('|support\/postgres\/global-setup/;

describe('the tests on SQLite and on PostgreSQL', () => {
  it('are the same: none but the named exceptions asks which database it has', () => {
    const asking = specs.filter(
      ({ file, text }) => !file.endsWith('same-tests.e2e-spec.ts') && WAYS.test(text),
    );
    expect(asking.map(({ file }) => file)).toEqual([]);
  });

  it.each(Object.keys(EXCEPTIONS))(
    'are the same but for the exception "%s", which stands in one place',
    (title) => {
      const places = specs.filter(({ text }) => text.includes(`describeException('${title}'`));
      expect(places).toHaveLength(1);
    },
  );

  it.each(Object.keys(ON_SQLITE_ONLY))('are the same but for the file %s, which exists', (file) => {
    expect(existsSync(file)).toBe(true);
  });
});
