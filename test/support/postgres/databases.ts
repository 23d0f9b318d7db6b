import { Client } from 'pg';

async function administer(url: string, sql: string): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}

/** @param url of any database on the same PostgreSQL */
export const createDatabase = (url: string, name: string, template = 'template0'): Promise<void> =>
  administer(url, `CREATE DATABASE "${name}" TEMPLATE "${template}"`);

/** Also where somebody is still connected. */
export const dropDatabase = (url: string, name: string): Promise<void> =>
  administer(url, `DROP DATABASE IF EXISTS "${name}" WITH (FORCE)`);
