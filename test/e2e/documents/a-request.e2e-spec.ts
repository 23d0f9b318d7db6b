import { Session } from 'node:inspector/promises';
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { entries, REFUSED } from '../../support/a-request.js';
import { tokenOf } from '../../support/callers.js';
import { putItem, validItem } from '../../support/items.js';
import { property, readyConnection, validSchema } from '../../support/schemas.js';
import { useServer } from '../../support/server.js';

/** The files of `src/` of which a function ran during the work, each with the names of these functions. */
async function filesRun(work: () => Promise<unknown>): Promise<Map<string, string[]>> {
  const session = new Session();
  session.connect();
  try {
    await session.post('Profiler.enable');
    await session.post('Profiler.startPreciseCoverage', { callCount: true });
    await session.post('Profiler.takePreciseCoverage');
    await work();
    const { result } = await session.post('Profiler.takePreciseCoverage');
    return new Map(
      result
        .filter(({ url }) => url.includes('/src/'))
        .map(({ url, functions }): [string, string[]] => [
          relative(process.cwd(), url.startsWith('file:') ? fileURLToPath(url) : url),
          functions.filter(({ ranges: [whole] }) => whole!.count > 0).map(({ functionName }) => functionName),
        ])
        .filter(([file, names]) => file.startsWith('src/') && names.length > 0),
    );
  } finally {
    session.disconnect();
  }
}

/** The program reads an export of a module through a function without a name. */
const hasName = (name: string): boolean => name !== '' && !name.startsWith('__vi');

/** The page has the files of both databases; only PostgreSQL's index is written with the item. */
const isOfDatabase = (file: string): boolean =>
  file.startsWith('src/database/') || file.startsWith('src/search/');

/** The heartbeat of PostgreSQL runs at any time, whatever is asked, and tells `Outage`. */
const HEARTBEAT = [
  'src/database/postgres/heartbeat.ts',
  'src/database/postgres/reason.ts',
  'src/graph/errors/outage.ts',
];

describe('docs/a-request.md', () => {
  const server = useServer({ SCHEMA_PROVISIONING_MS: '0' });
  const body = validItem({
    properties: { title: 'Printer', pages: 3, printed: '2026-11-27T10:00:00Z' },
    content: { type: 'text', value: 'Paper jam since Monday.' },
  });

  it('names the files that a PUT of an item runs, and no others', async () => {
    const connection = await readyConnection(server, {
      schema: validSchema(
        property(),
        property({ name: 'pages', type: 'int64' }),
        property({ name: 'printed', type: 'dateTime' }),
      ),
    });
    const put = async (id: string, as: string): Promise<void> =>
      expect((await putItem(server, connection, id, body, { as })).status).toBe(200);
    // What is made at the first request of its kind, and kept.
    await put('first', await tokenOf(server));
    const newToken = await tokenOf(server, { lifetimeSeconds: 1_800 });

    const ran = await filesRun(() => put('second', newToken));

    const named = entries()
      .filter(({ section }) => section !== REFUSED)
      .map(({ file }) => file);
    const sure = [...ran].filter(([file, names]) => names.some(hasName) && !HEARTBEAT.includes(file));
    expect(sure.map(([file]) => file).filter((file) => !named.includes(file))).toEqual([]);
    expect(named.filter((file) => !isOfDatabase(file) && !ran.has(file))).toEqual([]);
  });
});
