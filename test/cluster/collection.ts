import type { Client } from './client.js';
import type { Call } from './history.js';
import { type Kind, newId } from './resources.js';
import { Thing } from './thing.js';

const ATTEMPTS_A_PAGE = 20;

/** A collection of the API with everything that the load ever asked it to hold. */
export class Collection {
  readonly things = new Map<string, Thing>();

  constructor(
    readonly kind: Kind,
    readonly path: string,
  ) {}

  /** A resource that is not there yet. */
  newThing(): Thing {
    const thing = new Thing(this, newId());
    this.things.set(thing.id, thing);
    return thing;
  }

  /**
   * Reads the whole list, each page through the server that `server` gives, and notes what it says of everything that was ever
   * in the collection: of what is in it that it was seen, of what is not that it was missed, at some moment while the list
   * was read. A page that is not served is asked for again: its token is good on every server.
   * @returns how many there are; undefined where a page was not to be had
   */
  async list(client: Client, server: () => number, top: number): Promise<number | undefined> {
    const start = performance.now();
    const pages: Call[] = [];
    let path = `${this.path}?$top=${top}`;
    for (let attempts = 0; path !== '';) {
      const call = await client.send(server(), {
        kind: `GET ${this.kind.name}s`,
        method: 'GET',
        path,
        expected: [200],
      });
      if (call.answer?.status !== 200) {
        if (++attempts === ATTEMPTS_A_PAGE) return undefined;
        continue;
      }
      pages.push(call);
      const next = call.answer.body['@odata.nextLink'] as string | undefined;
      path = next === undefined ? '' : next.slice(new URL(next).origin.length);
    }
    return this.note(client, start, pages);
  }

  private note({ history }: Client, start: number, pages: readonly Call[]): number {
    const missing = new Map(this.things);
    let count = 0;
    for (const call of pages)
      for (const body of call.answer!.body.value as { readonly id: string }[]) {
        count++;
        const thing = this.things.get(body.id);
        // Not of the load: nothing is known of it, but that it counts.
        if (thing === undefined) continue;
        missing.delete(body.id);
        history.claimOver(start, call, thing.name, 'seen');
        for (const [field, value] of thing.valuesOf(body))
          history.claimOver(start, call, thing.register(field), 'read', value);
      }
    for (const { name } of missing.values()) history.claimOver(start, pages.at(-1)!, name, 'missed');
    return count;
  }
}
