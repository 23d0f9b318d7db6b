import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const CATALOGUE = 'src/graph/errors/catalogue';

const namesIn = (file: string): string[] =>
  [...readFileSync(join(CATALOGUE, file), 'utf8').matchAll(/^export (?:const|function) (\w+)/gm)].map(
    ([, name]) => name!,
  );

const tests = readdirSync('test', { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('-spec.ts'))
  .map((file) => readFileSync(join('test', file), 'utf8'));

describe('the catalogue of errors', () => {
  const errors = readdirSync(CATALOGUE)
    .filter((file) => file !== 'make-error.ts')
    .flatMap(namesIn);

  it.each(errors)('%s is provoked by a test that names it', (name) => {
    expect(tests.some((text) => text.includes(`[${name}]`))).toBe(true);
  });
});
