import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const DOCUMENTS = 'docs/contract';

/** `docs/contract/api.md#1.8, #1.9 and #2.2.10`: a document, and all anchors that follow it. */
const REFERENCE = /docs\/contract\/([a-z]+\.md)((?:[\s,*/]*(?:and |to |or |-)?#[a-z0-9.-]+)*)/g;

const anchorsOf = (document: string): Set<string> =>
  new Set(
    [...readFileSync(`${DOCUMENTS}/${document}`, 'utf8').matchAll(/<a id="([^"]+)"><\/a>/g)].map(
      ([, anchor]) => anchor!,
    ),
  );

const filesIn = (folder: string, ending: string): string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith(ending) && !file.includes('node_modules'))
    .map((file) => join(folder, file));

const sources = [
  ...['src', 'test', 'bench', 'examples'].flatMap((folder) => filesIn(folder, '.ts')),
  ...filesIn('docs', '.md').filter((file) => !file.startsWith(DOCUMENTS)),
];

const references = sources.flatMap((file) =>
  [...readFileSync(file, 'utf8').matchAll(REFERENCE)].flatMap(([, document, anchors]) =>
    [...anchors!.matchAll(/#([a-z0-9.-]*[a-z0-9])/g)].map(([, anchor]) => ({
      file,
      document: document!,
      anchor: anchor!,
    })),
  ),
);

describe('the contract', () => {
  it('has every place that the code, the tests and the documents name', () => {
    const known = new Map<string, Set<string>>();
    const missing = references.filter(({ document, anchor }) => {
      if (!known.has(document)) known.set(document, anchorsOf(document));
      return !known.get(document)!.has(anchor);
    });
    expect(missing).toEqual([]);
    expect(references.length).toBeGreaterThan(250);
  });

  it('is named by its place in the repository, and by nothing else', () => {
    const loose = sources
      .filter((file) => !file.startsWith('test/contract/'))
      .flatMap((file) =>
        [
          ...readFileSync(file, 'utf8').matchAll(
            /[Cc]ontract,\s+(?:\*\s+)?(?:api|errors|clients|field|search)\.md/g,
          ),
        ].map(([text]) => ({ file, text })),
      );
    expect(loose).toEqual([]);
  });
});
