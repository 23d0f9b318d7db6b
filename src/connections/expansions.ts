import { Injectable } from '@nestjs/common';
import { notBuiltHere } from '../graph/errors/catalogue/request.js';
import { stringifyExactly } from '../graph/http/exact-json.js';
import { isPage, type Page } from '../graph/odata/query/page.js';
import { authorize, type PermissionDeclaration } from '../identity/permissions/permissions.js';
import type { Call } from '../routes/call.js';

/** Reads what a navigation property of a connection leads to: an entity or none, or the first page of a collection. */
type Expand = (call: Call, connectionId: string) => Promise<object | Page<object> | null>;

/** What `$expand` of a connection can bring. The feature that has it adds it when it is made. */
@Injectable()
export class Expansions {
  private readonly byNavigation = new Map<string, { permissions: PermissionDeclaration; expand: Expand }>();

  /** @param permissions of the `GET` of what is expanded: `$expand` is no way round it */
  add(navigation: string, permissions: PermissionDeclaration, expand: Expand): void {
    this.byNavigation.set(navigation, { permissions, expand });
  }

  /**
   * How to read what navigation properties of connections lead to; without one, nothing is read.
   * @throws permissionMissing, notBuiltHere
   */
  of(navigations: readonly string[], call: Call): (connectionId: string) => Promise<Record<string, unknown>> {
    const expansions = navigations.map((navigation) => {
      const expansion = this.byNavigation.get(navigation);
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

/** About how many bytes what was expanded has. Pages know, where their rows may be large; what is no page is one entity. */
export function bytesOfExpansion(expanded: Record<string, unknown>): number {
  const [value] = Object.values(expanded) as (object | null | undefined)[];
  if (value === undefined || value === null) return 0;
  return isPage(value) ? (value.bytes ?? 0) : stringifyExactly(value).length;
}
