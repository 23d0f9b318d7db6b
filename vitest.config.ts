import { configDefaults, defineConfig } from 'vitest/config';
import { ON_SQLITE_ONLY } from './test/support/exception-list.js';
import { postgresBinaries } from './test/support/postgres/binaries.js';
import { SameTestsReporter } from './test/support/same-tests-reporter.js';

const UNIT = ['src/**/*.spec.ts', 'test/{cluster,contract}/**/*.spec.ts'];
/** The unit tests that ask a database. */
const UNIT_OF_QUERIES = ['src/graph/odata/query/{filter/filter,page}.spec.ts'];
const E2E = ['test/**/*.e2e-spec.ts'];
const POSTGRES = ['test/support/postgres/global-setup.ts'];

/** In CI a missing PostgreSQL is a fault; elsewhere its half of the tests is left out, and the start says so. */
const withPostgres = postgresBinaries() !== undefined || process.env.CI !== undefined;
if (!withPostgres) process.stderr.write('PostgreSQL is not installed: the tests run on SQLite alone.\n');

export default defineConfig({
  test: {
    // One module graph for all files of a worker: the application is loaded once, not once a file.
    isolate: false,
    // More than there are processors: much of a test is waiting for another process.
    maxWorkers: 3,
    // Against a hang alone: a machine may be busy.
    testTimeout: 120_000,
    hookTimeout: 240_000,
    expect: { poll: { timeout: 60_000 } },
    reporters: ['default', new SameTestsReporter()],
    projects: [
      { extends: true, test: { name: 'unit', include: UNIT } },
      { extends: true, test: { name: 'e2e', include: E2E } },
      ...(withPostgres
        ? [
            {
              extends: true as const,
              test: { name: 'unit-postgres', include: UNIT_OF_QUERIES, globalSetup: POSTGRES },
            },
            {
              extends: true as const,
              test: {
                name: 'e2e-postgres',
                include: E2E,
                exclude: [...configDefaults.exclude, ...Object.keys(ON_SQLITE_ONLY)],
                globalSetup: POSTGRES,
              },
            },
          ]
        : []),
    ],
  },
});
