import { Injectable } from '@nestjs/common';
import { notBuiltHere } from '../graph/errors/catalogue/request.js';
import { stringifyExactly } from '../graph/http/exact-json.js';
import type { GraphVersion } from '../graph/http/request-context.js';
import { firstPage } from '../graph/odata/query/options.js';
import { isPage, type Page } from '../graph/odata/query/page.js';
import type { AuthorizedCaller } from '../identity/caller.js';
import { authorize, type PermissionDeclaration } from '../identity/permissions/permissions.js';
import { GROUP_QUERY } from '../groups/group-query.js';
import { READ_GROUPS } from '../groups/groups.permissions.js';
import { GroupsService } from '../groups/groups.service.js';
import { ITEM_QUERY } from '../items/item-query.js';
import { READ_ITEMS } from '../items/items.permissions.js';
import { ItemsService } from '../items/items.service.js';
import { OPERATION_QUERY } from '../operations/operation-query.js';
import { READ_OPERATIONS } from '../operations/operations.permissions.js';
import { OperationsService } from '../operations/operations.service.js';
import { READ_SCHEMA } from '../schema/schema.permissions.js';
import { SchemaService } from '../schema/schema.service.js';
import { ConnectionAccess } from './scope/connection-access.js';
import { READ_QUOTA } from './connection-quota.controller.js';

/** Reads what a navigation property of a connection leads to: an entity or none, or the first page of a collection. */
interface Expansion {
  /** Of the `GET` of what is expanded: `$expand` is no way round it. */
  readonly permissions: PermissionDeclaration;
  readonly expand: (
    caller: AuthorizedCaller,
    connectionId: string,
    version: GraphVersion,
    includeUnknown: boolean,
  ) => Promise<object | Page<object> | null>;
}

const FIRST_GROUPS = firstPage(GROUP_QUERY);
const FIRST_ITEMS = firstPage(ITEM_QUERY);
const FIRST_OPERATIONS = firstPage(OPERATION_QUERY);

/** What `$expand` of a connection can bring. */
@Injectable()
export class Expansions {
  private readonly byNavigation: Readonly<Record<string, Expansion>>;

  constructor(
    access: ConnectionAccess,
    groups: GroupsService,
    items: ItemsService,
    operations: OperationsService,
    schemas: SchemaService,
  ) {
    this.byNavigation = {
      groups: {
        permissions: READ_GROUPS,
        expand: (caller, id, version) => groups.list(caller, id, version, FIRST_GROUPS),
      },
      items: {
        permissions: READ_ITEMS,
        expand: (caller, id, version) => items.list(caller, id, version, FIRST_ITEMS),
      },
      operations: {
        permissions: READ_OPERATIONS,
        expand: (caller, id) => operations.list(caller, id, FIRST_OPERATIONS),
      },
      quota: {
        permissions: READ_QUOTA,
        expand: async (caller, id) => ({ itemsRemaining: await access.itemsRemaining(caller, id) }),
      },
      schema: {
        permissions: READ_SCHEMA,
        expand: (caller, id, version, includeUnknown) => schemas.find(caller, id, version, includeUnknown),
      },
    };
  }

  /**
   * How to read what navigation properties of connections lead to; without one, nothing is read.
   * @throws permissionMissing, notBuiltHere
   */
  of(
    navigations: readonly string[],
    caller: AuthorizedCaller,
    version: GraphVersion,
    includeUnknown: boolean,
  ): (connectionId: string) => Promise<Record<string, unknown>> {
    const expansions = navigations.map((navigation) => {
      const expansion = this.byNavigation[navigation];
      if (expansion === undefined) throw notBuiltHere(`$expand=${navigation}`);
      return { navigation, expand: expansion.expand, as: authorize(caller, expansion.permissions) };
    });
    return async (id) => {
      const expanded: Record<string, unknown> = {};
      // One after the other: a page of connections with everything below them must not hold all at the same moment.
      for (const { navigation, expand, as } of expansions)
        expanded[navigation] = await expand(as, id, version, includeUnknown);
      return expanded;
    };
  }
}

/** About how many bytes what was expanded has. Pages know, where their rows may be large; what is no page is one entity. */
export function bytesOfExpansion(expanded: Record<string, unknown>): number {
  const [value] = Object.values(expanded) as (object | null | undefined)[];
  if (value === undefined || value === null) return 0;
  return isPage(value) ? (value.bytes ?? 0) : stringifyExactly(value).length;
}
