import { once } from './load.js';
import type { RunningServer } from './servers/server.js';

const CHANGES_WITH_NODE = new Set(['connection', 'date', 'keep-alive']);

/** The names of headers and members in the answers to a create and a read. */
export async function shapeOf(server: RunningServer): Promise<string> {
  const shapes: string[] = [];
  for (const scenario of ['create', 'read'] as const) {
    const response = await once(server, scenario, 'shapeofanswers');
    const headers = [...response.headers.keys()].filter((name) => !CHANGES_WITH_NODE.has(name));
    const body = (await response.json()) as object;
    shapes.push([scenario, ...headers.toSorted(), ...Object.keys(body)].join(' '));
  }
  return shapes.join('\n');
}
