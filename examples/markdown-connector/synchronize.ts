import type { Client } from '@microsoft/microsoft-graph-client';
import { hasStatus, inWords } from './complaint.js';
import { readDocument } from './documents.js';
import { inParallel } from './in-parallel.js';
import { fingerprintOf, itemIdOf, toItem } from './item.js';
import { progressBar } from './progress.js';
import type { Settings } from './settings.js';
import type { State } from './state.js';

/** What Graph's documentation advises for one connection at a time. */
const AT_ONCE = 8;
/** The fault is the document's own, so that the others can go on: a body that is refused, or larger than 4 MB. */
const OWN_FAULT = [400, 413];

export interface Outcome {
  readonly files: number;
  readonly unchanged: number;
  written: number;
  deleted: number;
  /** A line for each document that was refused. */
  readonly refused: string[];
}

/** Makes the items of a connection those of a folder: writes what is new or changed, deletes what is gone. */
export async function synchronize(
  { folder, paths }: { readonly folder: string; readonly paths: readonly string[] },
  graph: Client,
  state: State,
  { connectionId, siteUrl }: Settings,
): Promise<Outcome> {
  const items = `/external/connections/${connectionId}/items`;
  const itemOf = async (path: string) => toItem(await readDocument(folder, path), siteUrl);

  const changed: string[] = [];
  await inParallel(paths, AT_ONCE, async (path) => {
    if (!state.has(itemIdOf(path), fingerprintOf(await itemOf(path)))) changed.push(path);
  });
  const there = new Set(paths.map(itemIdOf));
  const gone = state.ids.filter((id) => !there.has(id));
  state.expectChanges([...changed.map(itemIdOf), ...gone]);

  const outcome: Outcome = {
    files: paths.length,
    unchanged: paths.length - changed.length,
    written: 0,
    deleted: 0,
    refused: [],
  };
  const bar = progressBar(changed.length + gone.length);
  try {
    await inParallel(changed, AT_ONCE, async (path) => {
      const item = await itemOf(path);
      try {
        await graph.api(`${items}/${itemIdOf(path)}`).put(item);
        state.written(itemIdOf(path), fingerprintOf(item));
        outcome.written += 1;
      } catch (error) {
        if (!hasStatus(error, ...OWN_FAULT)) throw error;
        outcome.refused.push(`${path}: ${inWords(error)}`);
      }
      bar.increment();
    });
    await inParallel(gone, AT_ONCE, async (id) => {
      await graph
        .api(`${items}/${id}`)
        .delete()
        .catch((error: unknown) => {
          // It never came to be, or was deleted by a run that was killed before it could note that.
          if (!hasStatus(error, 404)) throw error;
        });
      state.deleted(id);
      outcome.deleted += 1;
      bar.increment();
    });
  } finally {
    bar.stop();
    state.save();
  }
  return outcome;
}
