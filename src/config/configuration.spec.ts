import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { getMetadataStorage } from 'class-validator';
import { describe, expect, it } from 'vitest';
import { type Configuration, loadConfiguration } from './configuration.js';
import { Environment } from './environment.js';

interface Documented {
  readonly name: string;
  /** Undefined if the README gives no value. */
  readonly byDefault: string | undefined;
}

const quoted = (text: string): string[] => Array.from(text.matchAll(/`([^`]+)`/g), ([, value]) => value!);

/** The variables of the README: "- `A`, `B` (default `1`, `2`): …". */
const DOCUMENTED: readonly Documented[] = readFileSync('README.md', 'utf8')
  .split('\n')
  .flatMap((line) => {
    const [, names, defaults] = /^- ((?:`[A-Z_]+`(?:, )?)+) \((default .+?|no default)\): /.exec(line) ?? [];
    if (names === undefined) return [];
    const values = quoted(defaults!);
    return quoted(names).map((name, index) => ({ name, byDefault: values[index] }));
  });

const VARIABLES = new Set(
  getMetadataStorage()
    .getTargetValidationMetadatas(Environment, '', false, false)
    .map(({ propertyName }) => propertyName),
);

/** The same without `tls.isDefault`, which tells a default from a setting of the same value. */
const withoutOrigin = ({ tls, ...rest }: Configuration) => ({
  ...rest,
  tls: { ...tls, isDefault: undefined },
});

describe('the variables in README.md', () => {
  it('are those that the server reads, each with a rule', () => {
    expect(DOCUMENTED.map(({ name }) => name).toSorted()).toEqual([...VARIABLES].toSorted());
  });

  it.each(DOCUMENTED.filter(({ byDefault }) => byDefault !== undefined))(
    'have the default that the server uses: $name',
    ({ name, byDefault }) => {
      const value = byDefault!.replace('DATA_DIR', resolve('data'));
      const others: NodeJS.ProcessEnv = name === 'DATABASE_POOL' ? { DATABASE_URL: 'postgres://a@b/c' } : {};
      expect(withoutOrigin(loadConfiguration({ ...others, [name]: value }))).toEqual(
        withoutOrigin(loadConfiguration(others)),
      );
    },
  );

  it('have a value for each default that is a single value', () => {
    const without = DOCUMENTED.filter(({ byDefault }) => byDefault === undefined);
    expect(without.map(({ name }) => name)).toEqual([
      'TLS_NAMES',
      'TLS_CERT',
      'TLS_KEY',
      'IDENTITY_AUDIENCE',
      'LOCAL_APPS',
      'FAIL_SCHEMA_OF',
    ]);
  });
});
