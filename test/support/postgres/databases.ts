import { Client } from 'pg';

/** Sends a statement to a PostgreSQL, on a connection of its own. */
export async function sendTo(url: string, sql: string): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}

/** @param url of any database on the same PostgreSQL */
export const createDatabase = (
  url: string,
  name: string,
  template = 'template0',
  options = '',
): Promise<void> => sendTo(url, `CREATE DATABASE "${name}" TEMPLATE "${template}" ${options}`);

/** Also where somebody is still connected. */
export const dropDatabase = (url: string, name: string): Promise<void> =>
  sendTo(url, `DROP DATABASE IF EXISTS "${name}" WITH (FORCE)`);
