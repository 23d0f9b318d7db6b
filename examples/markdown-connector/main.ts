import { parseArgs } from 'node:util';
import { Complaint, inWords } from './complaint.js';
import { Connection } from './connection.js';
import { documentsOf } from './documents.js';
import { graphClient } from './graph.js';
import { searchAsUser } from './search.js';
import { readSettings, type Settings } from './settings.js';
import { State } from './state.js';
import { synchronize } from './synchronize.js';
import { TokenSource } from './token.js';

const USAGE = `npm run example -- [folder] [--rebuild]
  folder      the Markdown files (default data/markdown, which npm run example:docs makes)
  --rebuild   deletes the connection first and makes it anew
`;

/**
 * The state of the connection, which is made where there is none. The state is written before the connection: so there
 * is never a connection of ours without one, and never one that speaks of the items of a connection before.
 */
async function connect(connection: Connection, settings: Settings, rebuild: boolean): Promise<State> {
  let exists = await connection.exists();
  if (exists && rebuild) {
    console.log(`Deleting connection ${settings.connectionId}.`);
    await connection.delete();
    exists = false;
  }
  if (exists) {
    const state = State.load(settings);
    if (state !== undefined) return state;
    throw new Complaint(
      `Connection ${settings.connectionId} exists, but ${settings.stateDir} does not tell which items it has, and ` +
        'Microsoft Graph has no list of them.\nRun it again with --rebuild to delete the connection and make it anew.',
    );
  }
  console.log(`Creating connection ${settings.connectionId}.`);
  const state = State.ofEmptyConnection(settings);
  await connection.create();
  return state;
}

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { rebuild: { type: 'boolean', default: false }, help: { type: 'boolean', short: 'h' } },
  });
  if (values.help) return void process.stdout.write(USAGE);
  const [folder = 'data/markdown'] = positionals;
  const paths = await documentsOf(folder);
  const settings = readSettings(process.env);
  const tokens = new TokenSource(settings);
  await tokens.get();

  const graph = graphClient(settings, tokens);
  const connection = new Connection(graph, settings.connectionId);
  const state = await connect(connection, settings, values.rebuild);
  await connection.takesItems();
  console.log(`Connection ${settings.connectionId} takes items.`);

  const { files, unchanged, written, deleted, refused } = await synchronize(
    { folder, paths },
    graph,
    state,
    settings,
  );
  for (const line of refused) console.error(`Refused: ${line}`);
  console.log(
    `${files} files: ${written} written, ${unchanged} unchanged, ${refused.length} refused; ${deleted} items deleted.`,
  );
  if (refused.length > 0) process.exitCode = 1;
  const { userToken, query } = settings;
  if (userToken === undefined)
    console.log('Set USER_TOKEN to the token of a signed-in user to see what that user finds.');
  else for (const line of await searchAsUser(settings, userToken, query)) console.log(line);
}

main().catch((error: unknown) => {
  const isUsage = String((error as NodeJS.ErrnoException).code).startsWith('ERR_PARSE_ARGS');
  console.error(isUsage ? `${(error as Error).message}\n\n${USAGE}` : inWords(error));
  process.exitCode = 1;
});
