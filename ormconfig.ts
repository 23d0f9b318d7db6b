import { loadConfiguration } from './src/config/configuration.js';
import { dataSource } from './src/database/open.js';
import { ENTITIES } from './src/entities.js';

/** For TypeORM's command line: `npm run typeorm -- migration:show`. It runs no migration unless told to. */
export default dataSource(loadConfiguration(process.env).database, ENTITIES);
