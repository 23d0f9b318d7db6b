import { readFileSync } from 'node:fs';
import { format, resolveConfig } from 'prettier';
import { describe, expect, it } from 'vitest';
import { parity, parityDocument, REMARKED } from './parity.js';

const FILE = 'docs/parity.md';

/** Entries of Microsoft's registry that are another name or another product (docs/contract/api.md#2.1). */
const NOT_OF_THE_TABLE = ['POST /search/grounding', 'POST /connections/{id}/items/{id}/addactivities'];

describe('the table of operations', () => {
  it('is the committed docs/parity.md: npm run parity writes it', async () => {
    const options = { ...(await resolveConfig(FILE)), parser: 'markdown' };
    await expect(await format(parityDocument(), options)).toMatchFileSnapshot(`../../${FILE}`);
  });

  it('has every operation of the permission registry', () => {
    const { paths } = JSON.parse(readFileSync('docs/contract/permissions-external.json', 'utf8')) as {
      paths: Record<string, Record<string, unknown>>;
    };
    const registered = Object.entries(paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method} ${path}`),
    );
    const listed = new Set([...parity().keys()].map((name) => name.toLowerCase()));
    const missing = registered.filter((name) => !listed.has(name.toLowerCase()));
    expect(missing.filter((name) => !NOT_OF_THE_TABLE.includes(name))).toEqual([]);
  });

  it('has a remark only for operations that it lists', () => {
    const listed = parity();
    expect(REMARKED.filter((name) => !listed.has(name))).toEqual([]);
  });
});
