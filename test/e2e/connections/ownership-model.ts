/** The ownership of connections, said without a database: what the server is compared with. */
export const APPS = [
  'aaaaaaaa-1111-4111-8111-111111111111',
  'bbbbbbbb-1111-4111-8111-111111111111',
  'cccccccc-1111-4111-8111-111111111111',
] as const;

export const ITEMS_PER_CONNECTION = 5_000_000;

export interface Caller {
  readonly tenant: 0 | 1;
  readonly app: 0 | 1 | 2;
  readonly reach: 'owned' | 'all';
}

type Category = 'crm' | 'wikis';

export interface Create {
  readonly kind: 'create';
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly contentCategory?: Category;
  readonly owners?: readonly number[];
}
export interface Patch {
  readonly kind: 'patch';
  readonly id: string;
  readonly name?: string;
  readonly description?: string | null;
  readonly owners?: readonly number[];
}
export interface List {
  readonly kind: 'list';
  readonly filter?: Filter;
  readonly orderBy?: readonly Order[];
  readonly top?: number;
}
interface OfOne {
  readonly kind: 'get' | 'delete' | 'quota';
  readonly id: string;
}
export type Single = Create | Patch | List | OfOne;
export type Operation = Single | { readonly kind: 'batch'; readonly steps: readonly Single[] };

export interface Order {
  readonly property: 'id' | 'name' | 'contentCategory';
  readonly descending: boolean;
}
export interface Filter {
  readonly text: string;
  readonly holds: (row: Row) => boolean;
}

export interface Row {
  readonly id: string;
  readonly name: string;
  readonly description: string | null;
  readonly state: 'draft';
  readonly configuration: { readonly authorizedAppIds: readonly string[] };
  readonly contentCategory?: Category;
}

/** As far as the model knows it: the inner code of a failure, the body of a success. */
export interface Outcome {
  readonly status: number;
  readonly inner?: string;
  readonly body?: unknown;
}

const NOT_FOUND: Outcome = { status: 404, inner: 'ResourceNotFound' };
const NOT_OWNED: Outcome = { status: 403, inner: 'ConnectionNotOwned' };

const unique = (ids: readonly string[]): string[] => [...new Set(ids)];

const lower = (a: string, b: string): number => (a === b ? 0 : a < b ? -1 : 1);

const sortKey = (row: Row, { property }: Order): string =>
  ({
    id: row.id.toLowerCase(),
    name: row.name,
    contentCategory: row.contentCategory ?? 'uncategorized',
  })[property];

export class Model {
  private readonly tenants = [new Map<string, Row>(), new Map<string, Row>()] as const;

  run(caller: Caller, operation: Single): Outcome {
    switch (operation.kind) {
      case 'create':
        return this.create(caller, operation);
      case 'list':
        return { status: 200, body: this.list(caller, operation) };
      case 'patch':
        return this.patch(caller, operation);
      case 'get':
        return this.onOne(caller, operation.id, (row) => ({ status: 200, body: row }));
      case 'quota':
        if (caller.reach === 'all') return { status: 403, inner: 'InsufficientPermissions' };
        return this.onOne(caller, operation.id, () => ({
          status: 200,
          body: { itemsRemaining: ITEMS_PER_CONNECTION },
        }));
      case 'delete':
        return this.onOne(caller, operation.id, (row) => {
          this.rows(caller).delete(row.id.toLowerCase());
          return { status: 202 };
        });
    }
  }

  /** One after the other; when one fails, what hangs on it is not done. */
  batch(caller: Caller, steps: readonly Single[]): Outcome[] {
    let failed = false;
    return steps.map((step) => {
      if (failed) return { status: 424 };
      const outcome = this.run(caller, step);
      failed = outcome.status >= 400;
      return outcome;
    });
  }

  /** Everything that a caller may see, in the order of ids. */
  list(caller: Caller, { filter, orderBy = [] }: Omit<List, 'kind' | 'top'> = {}): Row[] {
    return [...this.rows(caller).values()]
      .filter((row) => this.owns(caller, row) && (filter?.holds(row) ?? true))
      .toSorted((a, b) => {
        for (const order of orderBy) {
          const sign = lower(sortKey(a, order), sortKey(b, order));
          if (sign !== 0) return order.descending ? -sign : sign;
        }
        return lower(a.id.toLowerCase(), b.id.toLowerCase());
      });
  }

  private rows({ tenant }: Caller): Map<string, Row> {
    return this.tenants[tenant];
  }

  private owns({ app, reach }: Caller, row: Row): boolean {
    return reach === 'all' || row.configuration.authorizedAppIds.includes(APPS[app]);
  }

  private onOne(caller: Caller, id: string, act: (row: Row) => Outcome): Outcome {
    const row = this.rows(caller).get(id.toLowerCase());
    if (row === undefined) return NOT_FOUND;
    return this.owns(caller, row) ? act(row) : NOT_OWNED;
  }

  private create(caller: Caller, { kind: _kind, owners = [], ...properties }: Create): Outcome {
    const rows = this.rows(caller);
    const key = properties.id.toLowerCase();
    if (rows.has(key)) return { status: 409, inner: 'ResourceAlreadyExists' };
    const authorizedAppIds = unique([APPS[caller.app], ...owners.map((app) => APPS[app]!)]);
    const row: Row = { ...properties, state: 'draft', configuration: { authorizedAppIds } };
    rows.set(key, row);
    return { status: 201, body: row };
  }

  private patch(caller: Caller, { id, owners, name, description }: Patch): Outcome {
    return this.onOne(caller, id, (row) => {
      const named = owners?.map((app) => APPS[app]!);
      if (named?.length === 0 && caller.reach === 'all')
        return { status: 400, inner: 'ConnectionWithoutOwner' };
      const authorizedAppIds =
        named === undefined
          ? row.configuration.authorizedAppIds
          : unique(caller.reach === 'owned' ? [APPS[caller.app], ...named] : named);
      this.rows(caller).set(id.toLowerCase(), {
        ...row,
        name: name ?? row.name,
        description: description === undefined ? row.description : description,
        configuration: { authorizedAppIds },
      });
      return { status: 204 };
    });
  }
}
