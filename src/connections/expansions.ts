import { Injectable } from '@nestjs/common';
import { notBuiltHere } from '../graph/errors/catalogue/request.js';
import { stringifyExactly } from '../graph/http/exact-json.js';
import { firstPage } from '../graph/odata/query/options.js';
import { isPage, type Page } from '../graph/odata/query/page.js';
import { GROUP_QUERY } from '../groups/group-query.js';
import { GroupsService } from '../groups/groups.service.js';
import {
  authorize,
  CONNECTION_READERS,
  ITEM_READERS,
  type PermissionDeclaration,
  QUOTA_READERS,
} from '../identity/permissions/permissions.js';
import { ITEM_QUERY } from '../items/item-query.js';
import { ItemsService } from '../items/items.service.js';
import { OPERATION_QUERY } from '../operations/operation-query.js';
import { OperationsService } from '../operations/operations.service.js';
import type { Call } from '../routes/call.js';
import { SchemaService } from '../schema/schema.service.js';
import { ConnectionAccess } from './scope/connection-access.js';

interface Expansion {
  /** The permissions of the `GET` of the expanded resource. `$expand` needs them too. */
  readonly permissions: PermissionDeclaration;
  /** Reads the target of a navigation property: an entity or none, or the first page of a collection. */
  readonly expand: (call: Call, connectionId: string) => Promise<object | Page<object> | null>;
}

const FIRST_GROUPS = firstPage(GROUP_QUERY);
const FIRST_ITEMS = firstPage(ITEM_QUERY);
const FIRST_OPERATIONS = firstPage(OPERATION_QUERY);

/** The navigation properties that `$expand` of a connection supports. */
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
      groups: { permissions: ITEM_READERS, expand: (call, id) => groups.list(call, id, FIRST_GROUPS) },
      items: { permissions: ITEM_READERS, expand: (call, id) => items.list(call, id, FIRST_ITEMS) },
      operations: {
        permissions: CONNECTION_READERS,
        expand: ({ caller }, id) => operations.list(caller, id, FIRST_OPERATIONS),
      },
      quota: {
        permissions: QUOTA_READERS,
        expand: async ({ caller }, id) => ({ itemsRemaining: await access.itemsRemaining(caller, id) }),
      },
      schema: { permissions: CONNECTION_READERS, expand: (call, id) => schemas.find(call, id) },
    };
  }

  /**
   * Returns a reader for the targets of navigation properties. Without a navigation, it reads nothing.
   * @throws permissionMissing, notBuiltHere
   */
  of(navigations: readonly string[], call: Call): (connectionId: string) => Promise<Record<string, unknown>> {
    const expansions = navigations.map((navigation) => {
      const expansion = this.byNavigation[navigation];
      if (expansion === undefined) throw notBuiltHere(`$expand=${navigation}`);
      const caller = authorize(call.caller, expansion.permissions);
      return { navigation, expand: expansion.expand, as: { ...call, caller } };
    });
    return async (id) => {
      const expanded: Record<string, unknown> = {};
      // One after the other: a page of connections with everything below them must not hold all at the same moment.
      for (const { navigation, expand, as } of expansions) expanded[navigation] = await expand(as, id);
      return expanded;
    };
  }
}

/** The approximate size of an expanded value in bytes. A page of large rows knows its size; any other value is one entity. */
export function bytesOfExpansion(expanded: Record<string, unknown>): number {
  const [value] = Object.values(expanded) as (object | null | undefined)[];
  if (value === undefined || value === null) return 0;
  return isPage(value) ? (value.bytes ?? 0) : stringifyExactly(value).length;
}
