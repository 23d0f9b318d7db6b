export interface Exception {
  readonly only: 'SQLite' | 'PostgreSQL';
  readonly because: string;
}

/** The tests that are not run on both databases, by their titles; all others are the same on both, and must pass on both. */
export const EXCEPTIONS = {
  'PostgreSQL that is away': {
    only: 'PostgreSQL',
    because: 'A SQLite file has no server that could be stopped; what it can lose is tested on SQLite alone.',
  },
  'PostgreSQL that goes away during an export or an import': {
    only: 'PostgreSQL',
    because: 'A SQLite file has no server that could end a connection.',
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
} as const satisfies Record<string, Exception>;
