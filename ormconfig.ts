import { DataSource } from 'typeorm';
import { loadConfiguration } from './src/config/configuration.js';
import { dataSourceOptions } from './src/database/data-source-options.js';
import { ENTITIES } from './src/entities.js';

/** For TypeORM's command line: `npm run typeorm -- migration:show`. It runs no migration unless told to. */
export default new DataSource({
  ...dataSourceOptions(loadConfiguration(process.env).database, ENTITIES),
  migrationsRun: false,
});
