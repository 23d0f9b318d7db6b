import { startOurs } from './ours.js';
import { startPostgres } from './postgres.js';
import type { Server } from './server.js';

/** So many of this server on one PostgreSQL; the connections of the load are distributed over them. */
const onPostgres = (name: string, count: number): Server => ({
  name,
  keeps: true,
  async start(folder, nodeOptions = []) {
    const postgres = await startPostgres();
    try {
      const running = await startOurs(folder, nodeOptions, count, { DATABASE_URL: postgres.url });
      const stop = async (): Promise<void> => {
        await running.stop();
        await postgres.stop();
      };
      return { ...running, databasePids: () => postgres.pids(), settle: () => postgres.analyze(), stop };
    } catch (error) {
      await postgres.stop();
      throw error;
    }
  },
});

export const oursOnPostgres = onPostgres('one server on PostgreSQL', 1);
export const threeOnPostgres = onPostgres('three servers on PostgreSQL', 3);
