import type { Client, Request } from './client.js';
import type { Collection } from './collection.js';
import { type Call, outcomeOf } from './history.js';
import { CONNECTIONS, newValue } from './resources.js';

/** A resource that the load writes and reads, with the claims that follow from each answer. It lives once. */
export class Thing {
  /** Whether its creation may still happen: then it is never deleted. */
  isUncertain = false;

  constructor(
    private readonly collection: Collection,
    readonly id: string,
  ) {}

  get name(): string {
    return this.path.slice(CONNECTIONS.length + 1);
  }

  get path(): string {
    return `${this.collection.path}/${this.id}`;
  }

  get fields(): string[] {
    return Object.keys(this.collection.kind.fields);
  }

  /** What the history calls a field. */
  register(field: string): string {
    return `${this.name} ${field}`;
  }

  /** The value of each field in an answer; of one that is not in it, a value that nobody wrote. */
  valuesOf(body: unknown): [field: string, value: string][] {
    return Object.entries(this.collection.kind.fields).map(([field, { of }]) => [field, String(of(body))]);
  }

  /** Creates it, by a `PUT` also where it is there, with new values in all fields. @returns whether it is acknowledged */
  async create(client: Client, server: number): Promise<boolean> {
    const { kind, path } = this.collection;
    const exclusive = kind.createdBy === 'POST';
    const values = this.fields.map((field) => [field, newValue()] as const);
    const bodies = values.map(([field, value]) => kind.fields[field]!.body(value));
    const body = Object.assign({ id: this.id, ...kind.besides }, ...bodies) as object;
    const call = await this.send(
      client,
      server,
      exclusive
        ? { method: 'POST', path, body, expected: [201, 409] }
        : { method: 'PUT', path: this.path, body, expected: [200] },
    );
    const outcome = outcomeOf(call);
    if (outcome === 'uncertain') this.isUncertain = true;
    if (outcome === 'refused') {
      if (call.answer!.status === 409) client.history.claim(call, this.name, 'seen');
      return false;
    }
    client.history.claim(call, this.name, exclusive ? 'created' : 'put');
    for (const [field, value] of values) client.history.claim(call, this.register(field), 'written', value);
    this.readAnswer(client, call);
    return outcome === 'acknowledged';
  }

  /** Gives one field a new value; the others are for others to write. @returns whether it is acknowledged */
  async update(client: Client, server: number, field: string): Promise<boolean> {
    const value = newValue();
    const body = this.collection.kind.fields[field]!.body(value);
    const call = await this.send(client, server, {
      method: 'PATCH',
      path: this.path,
      body,
      expected: [200, 204, 404],
    });
    const outcome = outcomeOf(call);
    if (outcome !== 'refused') client.history.claim(call, this.register(field), 'written', value);
    if (outcome === 'acknowledged') client.history.claim(call, this.name, 'seen');
    this.missedIfNotFound(client, call);
    this.readAnswer(client, call);
    return outcome === 'acknowledged';
  }

  async read(client: Client, server: number): Promise<Call> {
    const call = await this.send(client, server, { method: 'GET', path: this.path, expected: [200, 404] });
    if (call.answer?.status === 200) client.history.claim(call, this.name, 'seen');
    this.missedIfNotFound(client, call);
    this.readAnswer(client, call);
    return call;
  }

  /** Deletes it, unless its creation could still happen. @returns whether it is acknowledged */
  async delete(client: Client, server: number): Promise<boolean> {
    if (this.isUncertain) return false;
    const call = await this.send(client, server, {
      method: 'DELETE',
      path: this.path,
      expected: [202, 204, 404],
    });
    const outcome = outcomeOf(call);
    if (outcome !== 'refused') client.history.claim(call, this.name, 'deleted');
    this.missedIfNotFound(client, call);
    return outcome === 'acknowledged';
  }

  private send(client: Client, server: number, request: Omit<Request, 'kind'>): Promise<Call> {
    return client.send(server, { kind: `${request.method} ${this.collection.kind.name}`, ...request });
  }

  private missedIfNotFound({ history }: Client, call: Call): void {
    if (call.answer?.status === 404) history.claim(call, this.name, 'missed');
  }

  /** The answer of a read, and of some writes, shows every field, also those that others write. */
  private readAnswer({ history }: Client, call: Call): void {
    if (call.answer?.status !== 200 && call.answer?.status !== 201) return;
    for (const [field, value] of this.valuesOf(call.answer.body))
      history.claim(call, this.register(field), 'read', value);
  }
}
