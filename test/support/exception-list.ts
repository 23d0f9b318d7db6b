export interface Exception {
  readonly only: 'SQLite' | 'PostgreSQL';
  readonly because: string;
}

const WRONG_LINE = 'A command reads its line before it opens a database.';

/** The tests that are not run on both databases, by their titles; all others are the same on both, and must pass on both. */
export const EXCEPTIONS = {
  'PostgreSQL that is away': {
    only: 'PostgreSQL',
    because: 'A SQLite file has no server that could be stopped; what it can lose is tested on SQLite alone.',
  },
  'PostgreSQL during an export or an import': {
    only: 'PostgreSQL',
    because: 'A SQLite file has no server that could end a connection, and takes one writer at a time.',
  },
  'a start on PostgreSQL that cannot be': {
    only: 'PostgreSQL',
    because: 'Hosts, roles and databases are not of a file.',
  },
  'PostgreSQL behind TLS': {
    only: 'PostgreSQL',
    because: 'A file is not reached over a network.',
  },
  'what a connection to PostgreSQL has prepared': {
    only: 'PostgreSQL',
    because: 'SQLite has one connection in the process, whose statements are a cache of limited size.',
  },
  'units of work at the same moment': {
    only: 'PostgreSQL',
    because: 'On SQLite units run one after the other.',
  },
  'with its file overwritten': {
    only: 'SQLite',
    because: 'The file is the server’s own; PostgreSQL’s files are not its to lose.',
  },
  'to another process that is writing': {
    only: 'SQLite',
    because: 'One process alone writes to a file; on PostgreSQL others write at the same time.',
  },
  'many servers on one PostgreSQL': {
    only: 'PostgreSQL',
    because: 'SQLite takes one server.',
  },
  'The files of a SQLite database': {
    only: 'SQLite',
    because: 'PostgreSQL’s files are not the server’s own.',
  },
  'The file of the secrets': {
    only: 'SQLite',
    because: 'On PostgreSQL they are in the database, where every server sees them.',
  },
  'The row of the secrets': {
    only: 'PostgreSQL',
    because: 'On SQLite they are in a file beside the database.',
  },
  'PRAGMAs of durability': {
    only: 'SQLite',
    because: 'The server sets them for its own file; PostgreSQL is as durable as its administrator has it.',
  },
  'the index table': {
    only: 'PostgreSQL',
    because:
      'On SQLite the search index is a file of its own, which a thread fills whether anybody searches or not.',
  },
  'the index file': {
    only: 'SQLite',
    because: 'On PostgreSQL the search index is a table of the database.',
  },
  'the order of text in PostgreSQL': {
    only: 'PostgreSQL',
    because: 'SQLite orders by bytes and has nothing to set.',
  },
  'a wrong command line of seed': { only: 'SQLite', because: WRONG_LINE },
  'a wrong command line of token': { only: 'SQLite', because: WRONG_LINE },
  'a wrong command line of import': { only: 'SQLite', because: WRONG_LINE },
  'a wrong command line of export': { only: 'SQLite', because: WRONG_LINE },
  'of node dist/main.js': {
    only: 'SQLite',
    because: 'Settings, port and folder are looked at before a database is opened.',
  },
  'node dist/main.js on a terminal': {
    only: 'SQLite',
    because: 'What a terminal shows is the same on every database.',
  },
  'node dist/main.js started by npm': {
    only: 'SQLite',
    because: 'How signals reach the program is the same on every database.',
  },
} as const satisfies Record<string, Exception>;

const NO_DATABASE = 'It is about HTTP before any database is asked.';
const DOCUMENTS = 'Pages and documents are made of the code, without the database.';
const TOKENS = 'Who a caller is follows from the token and the settings, without the database.';

/** The test files that run on SQLite only, and why: what they show is the same on every database. */
export const ON_SQLITE_ONLY: Readonly<Record<string, string>> = {
  'test/clients/cross-origin.e2e-spec.ts': NO_DATABASE,
  'test/clients/identity/identity-clients.e2e-spec.ts': TOKENS,
  'test/clients/markdown-connector.e2e-spec.ts': 'It is about a program that knows the HTTP API only.',
  'test/clients/swagger-ui.e2e-spec.ts': DOCUMENTS,
  'test/e2e/connections/card-checks.e2e-spec.ts': 'Cards are checked in a thread that has no database.',
  'test/e2e/documents/openapi.e2e-spec.ts': DOCUMENTS,
  'test/e2e/documents/pages.e2e-spec.ts': DOCUMENTS,
  'test/e2e/http/broken-http.e2e-spec.ts': NO_DATABASE,
  'test/e2e/http/trust-proxy.e2e-spec.ts': NO_DATABASE,
  'test/e2e/identity/client-assertion.e2e-spec.ts': TOKENS,
  'test/e2e/identity/discovery.e2e-spec.ts': TOKENS,
  'test/e2e/identity/local-apps.e2e-spec.ts': TOKENS,
  'test/e2e/identity/oidc.e2e-spec.ts': TOKENS,
  'test/e2e/operation/replaced-build.e2e-spec.ts': 'A build and its files have no database.',
};
