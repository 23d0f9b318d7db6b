import type { Condition } from '../../src/search/kql/condition.js';
import { phraseOf } from '../../src/search/words.js';
import {
  type IndexAnswer,
  type IndexQuery,
  type IndexScope,
  SearchIndex,
} from '../../src/search/index/search-index.js';
import { GraphError } from '../../src/graph/errors/graph-error.js';
import { query } from './database.js';
import type { TestServer } from './server.js';
import { until } from './until.js';

/** What rows below a connection refer to. */
export async function connectionKeyOf(server: TestServer, id: string): Promise<string> {
  const rows = await query<{ connectionKey: string }>(
    server,
    'SELECT "connectionKey" FROM "external_connection" WHERE "id" = ?',
    [id],
  );
  return rows[0]!.connectionKey;
}

export const text = (words: string, prefix = false): Condition => ({
  kind: 'text',
  phrase: phraseOf(words, prefix)!,
});

/** A search for everything that everyone may see. */
export const searchOf = (
  scope: Pick<IndexScope, 'connectionKey' | 'schema'> & Partial<IndexScope>,
  rest: Partial<IndexQuery> = {},
): IndexQuery => ({
  scopes: [{ condition: { kind: 'all' }, principals: ['everyone'], ...scope }],
  from: 0,
  size: 25,
  phrases: [],
  sort: [],
  aggregations: [],
  collapse: [],
  ...rest,
});

/** The answer, once the index is ready. */
export async function searchFor(server: TestServer, wanted: IndexQuery): Promise<IndexAnswer> {
  const index = server.app.get(SearchIndex, { strict: false });
  let answer: IndexAnswer | undefined;
  await until(async () => {
    try {
      answer = await index.search(wanted);
      return true;
    } catch (error) {
      if (error instanceof GraphError && error.status === 503) return false;
      throw error;
    }
  });
  return answer!;
}

export const idsOf = ({ hits }: IndexAnswer): string[] => hits.map(({ itemId }) => itemId);
