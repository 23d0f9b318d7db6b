import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { expect, it } from 'vitest';

const markdownIn = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.md') && !file.includes('node_modules'))
    .map((file) => join(folder, file));

const DOCUMENTS = [
  'README.md',
  'CONTRIBUTING.md',
  'CHANGELOG.md',
  ...['docs', 'decisions', 'examples'].flatMap(markdownIn),
];

/** The anchor that Markdown renderers give a heading. */
const slug = (heading: string): string =>
  heading
    .trim()
    .toLowerCase()
    .replace(/[^\p{L}\p{N} _-]/gu, '')
    .replaceAll(' ', '-');

function anchorsOf(file: string): Set<string> {
  const text = readFileSync(file, 'utf8');
  return new Set([
    ...[...text.matchAll(/<a id="([^"]+)"><\/a>/g)].map(([, id]) => id!),
    ...[...text.matchAll(/^#+ (.*)$/gm)].map(([, heading]) => slug(heading!)),
  ]);
}

/** The relative links of a document, code aside. */
const linksOf = (file: string): string[] =>
  [
    ...readFileSync(file, 'utf8')
      .replace(/```[^]*?```|`[^`\n]*`/g, '')
      .matchAll(/\]\(([^)\s]+)\)/g),
  ]
    .map(([, target]) => target!)
    .filter((target) => !/^[a-z]+:/.test(target));

it('every relative link of a document leads to a file, and to an anchor that it has', () => {
  const links = DOCUMENTS.flatMap((file) => linksOf(file).map((target) => ({ file, target })));
  const broken = links.filter(({ file, target }) => {
    const [path = '', anchor] = target.split('#');
    const place = path === '' ? file : normalize(join(dirname(file), path));
    if (!existsSync(place)) return true;
    return anchor !== undefined && !anchorsOf(place).has(anchor);
  });
  expect(broken).toEqual([]);
  expect(links.length).toBeGreaterThan(200);
});
