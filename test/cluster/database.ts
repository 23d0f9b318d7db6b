import { setTimeout as wait } from 'node:timers/promises';
import { Client, types } from 'pg';

export type Row = Record<string, string | number>;

/** Asks the database behind the servers' backs. */
export async function ask(url: string, sql: string, parameters: readonly unknown[] = []): Promise<Row[]> {
  const client = new Client({
    connectionString: url,
    types: {
      getTypeParser: (type, format) =>
        type === types.builtins.INT8 || type === types.builtins.NUMERIC
          ? Number
          : types.getTypeParser(type, format),
    },
  });
  await client.connect();
  try {
    return (await client.query(sql, [...parameters])).rows as Row[];
  } finally {
    await client.end();
  }
}

/** Waits until nothing is left to be removed of what was deleted. */
export async function removed(url: string): Promise<void> {
  const left = async (): Promise<number> =>
    Number((await ask(url, 'SELECT count(*) AS n FROM external_connection_removal'))[0]!.n);
  while ((await left()) > 0) await wait(100);
}
