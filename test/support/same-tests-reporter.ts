import type { Reporter, TestModule } from 'vitest/node';
import { type Exception, EXCEPTIONS, ON_SQLITE_ONLY } from './exception-list.js';

type DatabaseName = Exception['only'];

interface Ran {
  readonly file: string;
  readonly title: string;
}

const ON_POSTGRES = '-postgres';
const MOST_SHOWN = 20;

const isException = ({ file, title }: Ran, only: DatabaseName): boolean =>
  (only === 'SQLite' && file in ON_SQLITE_ONLY) ||
  Object.entries<Exception>(EXCEPTIONS).some(
    ([name, exception]) => exception.only === only && title.includes(name),
  );

/** The tests of a project that ran, by their file and title. */
function ranIn(modules: readonly TestModule[], project: string): Map<string, Ran> {
  const ran = new Map<string, Ran>();
  for (const module of modules.filter((each) => each.project.name === project)) {
    for (const test of module.children.allTests()) {
      if (test.result().state === 'skipped') continue;
      const file = module.relativeModuleId;
      ran.set(`${file} > ${test.fullName}`, { file, title: test.fullName });
    }
  }
  return ran;
}

/**
 * Compares which tests ran on SQLite and which on PostgreSQL, where a run had both: they are the same but for the named
 * exceptions, or the run has failed.
 */
export class SameTestsReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const projects = [...new Set(modules.map(({ project }) => project.name))];
    for (const project of projects.filter((name) => projects.includes(name + ON_POSTGRES)))
      this.compare(modules, project);
  }

  private compare(modules: readonly TestModule[], project: string): void {
    const postgres = ranIn(modules, project + ON_POSTGRES);
    const files = new Set([...postgres.values()].map(({ file }) => file));
    // What asks no database at all is a unit test, and runs once.
    const sqlite = new Map(
      [...ranIn(modules, project)].filter(([, { file }]) => project !== 'unit' || files.has(file)),
    );
    const onlySqlite = [...sqlite].filter(([name]) => !postgres.has(name));
    const onlyPostgres = [...postgres].filter(([name]) => !sqlite.has(name));
    const unnamed = [
      ...onlySqlite.filter(([, test]) => !isException(test, 'SQLite')),
      ...onlyPostgres.filter(([, test]) => !isException(test, 'PostgreSQL')),
    ].map(([name]) => name);
    const both = sqlite.size - onlySqlite.length;
    process.stdout.write(
      `\n${project}: ${both} tests ran on SQLite and on PostgreSQL; ${onlySqlite.length} on SQLite alone and ` +
        `${onlyPostgres.length} on PostgreSQL alone, of which ${unnamed.length} are no named exception.\n`,
    );
    if (unnamed.length === 0) return;
    for (const name of unnamed.slice(0, MOST_SHOWN)) process.stdout.write(`  ${name}\n`);
    process.exitCode = 1;
  }
}
