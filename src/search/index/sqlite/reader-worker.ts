import { parentPort, workerData } from 'node:worker_threads';
import type Sqlite from 'better-sqlite3';
import { identityOf, isDamage, openIndexFile } from './index-file.js';
import type { IndexPaths, ReaderAnswer, ReaderRequest } from './messages.js';
import { Searcher } from './searcher.js';
import { answering, type Numbered } from './thread-messages.js';

// Runs in a thread of its own: see `SqliteSearchIndex`.
const { index } = workerData as IndexPaths;
const port = parentPort!;

/** Anything else is a fault of the program. */
const STORAGE_FAILS = /^SQLITE_(CANTOPEN|IOERR|BUSY|FULL|READONLY|NOMEM)/;

let open:
  { readonly file: Sqlite.Database; readonly identity: string; readonly searcher: Searcher } | undefined;

function searcherOf(identity: string): Searcher {
  if (open?.identity !== identity) {
    open?.file.close();
    open = undefined;
    const file = openIndexFile(index, true);
    open = { file, identity: identityOf(index) ?? '', searcher: new Searcher(file) };
  }
  return open.searcher;
}

function answerTo({ file, query }: ReaderRequest): ReaderAnswer {
  try {
    return { kind: 'answer', answer: searcherOf(file).search(query) };
  } catch (error) {
    const { code = '', message } = error as { code?: string; message: string };
    if (isDamage(error)) return { kind: 'damaged', why: message };
    return { kind: STORAGE_FAILS.test(code) ? 'unreadable' : 'failed', why: message };
  }
}

port.on('message', ({ number, message }: Numbered<ReaderRequest>) =>
  port.postMessage(answering(number, answerTo(message))),
);
