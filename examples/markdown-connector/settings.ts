import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Complaint } from './complaint.js';

/** Where Graph is, who calls, and what the connection is called. The defaults fit a server started by `npm start`. */
export interface Settings {
  readonly graphUrl: string;
  /** Issues the tokens: this server does so itself, for Microsoft Graph it is https://login.microsoftonline.com. */
  readonly authority: string;
  readonly tenant: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly connectionId: string;
  /** Where people read the documents: an item's `url` is this and the path of its file. */
  readonly siteUrl: string;
  readonly stateDir: string;
  /** A delegated token; with it the connector searches at its end, as that user. */
  readonly userToken?: string;
  readonly query: string;
}

const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]']);

export function readSettings(env: NodeJS.ProcessEnv): Settings {
  const graphUrl = address('GRAPH_URL', env.GRAPH_URL || 'http://127.0.0.1:3000');
  return {
    graphUrl,
    authority: address('AUTHORITY', env.AUTHORITY || graphUrl),
    tenant: env.TENANT || '5a1d8f2e-3c47-4b60-9e8d-7f0c2b9a6e14',
    clientId: env.CLIENT_ID || 'd310d35d-72ec-47dd-92f2-fb9c40936555',
    clientSecret: env.CLIENT_SECRET || secretOfLocalServer(env.DATA_DIR || 'data'),
    connectionId: env.CONNECTION_ID || 'markdowndocs',
    siteUrl: address('SITE_URL', env.SITE_URL || 'https://docs.contoso.example'),
    stateDir: env.STATE_DIR || 'data/markdown-connector',
    userToken: env.USER_TOKEN || undefined,
    query: env.QUERY || 'install',
  };
}

/** A secret and a token go out to https addresses, or stay on this machine. */
function address(name: string, text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol !== 'https:' && !(url?.protocol === 'http:' && LOOPBACK.has(url.hostname)))
    throw new Complaint(`${name}="${text}" must be an https address, or an http address of this machine.`);
  return url.href.replace(/\/$/, '');
}

/** A server that was started in this folder keeps the secret that it printed in a file. */
function secretOfLocalServer(dataDir: string): string {
  const file = join(dataDir, 'local-identity.json');
  try {
    return (JSON.parse(readFileSync(file, 'utf8')) as { clientSecret: string }).clientSecret;
  } catch {
    throw new Complaint(
      `CLIENT_SECRET is not set, and there is no ${file}: start the server (npm start), or set CLIENT_SECRET.`,
    );
  }
}
