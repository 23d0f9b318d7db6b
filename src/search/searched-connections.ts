import { Injectable } from '@nestjs/common';
import { ConnectionAccess, type ConnectionScope } from '../connections/scope/connection-access.js';
import { Clock } from '../graph/clock.js';
import type { AuthorizedCaller } from '../identity/caller.js';
import type { SchemaPropertyDto } from '../schema/schema.dto.js';
import { SchemaService } from '../schema/schema.service.js';
import { KqlSchema } from './kql/kql-schema.js';
import { Trimming } from './trimming/trimming.js';

/** One query goes through no more connections. */
export const MOST_CONNECTIONS = 100;

/** A connection as a search sees it for one user. */
export interface SearchedConnection {
  readonly id: string;
  readonly connectionKey: string;
  /** In force at the moment. */
  readonly schema: readonly SchemaPropertyDto[];
  readonly names: KqlSchema;
  /** What the user is to the access control lists of its items. */
  readonly principals: readonly string[];
  readonly principalSet: ReadonlySet<string>;
}

/** The connections of a tenant that a search may go through: those that have a schema, and so can have items. */
@Injectable()
export class SearchedConnections {
  /** A schema never changes, so what names mean in it is worked out once. */
  private readonly names = new WeakMap<readonly SchemaPropertyDto[], KqlSchema>();

  constructor(
    private readonly connections: ConnectionAccess,
    private readonly schemas: SchemaService,
    private readonly trimming: Trimming,
    private readonly clock: Clock,
  ) {}

  /** Those of these ids that there are; an unknown id is no error (docs/contract/search.md#2). */
  async named(caller: AuthorizedCaller, ids: readonly string[]): Promise<SearchedConnection[]> {
    return this.searched(caller, await this.connections.named(caller, ids));
  }

  /** All of the tenant; undefined if there are more than {@link MOST_CONNECTIONS}. */
  async all(caller: AuthorizedCaller): Promise<SearchedConnection[] | undefined> {
    const found = await this.connections.first(caller, MOST_CONNECTIONS + 1);
    return found.length > MOST_CONNECTIONS ? undefined : this.searched(caller, found);
  }

  private async searched(
    caller: AuthorizedCaller,
    scopes: readonly ConnectionScope[],
  ): Promise<SearchedConnection[]> {
    const now = this.clock.now();
    const searched: SearchedConnection[] = [];
    for (const scope of scopes.filter(({ isDraft }) => !isDraft)) {
      const { id, connectionKey } = scope;
      const schema = await this.schemas.inForce(scope, now);
      const principals = await this.trimming.principalsOf(caller, connectionKey);
      searched.push({
        id,
        connectionKey,
        schema,
        names: this.namesIn(schema),
        principals,
        principalSet: new Set(principals),
      });
    }
    return searched;
  }

  private namesIn(schema: readonly SchemaPropertyDto[]): KqlSchema {
    let names = this.names.get(schema);
    if (names === undefined) this.names.set(schema, (names = new KqlSchema(schema)));
    return names;
  }
}
