import { Injectable, Logger } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import type { ConnectionScope } from '../connections/scope/connection-access.js';
import type { AclDto } from './external-item.dto.js';
import { unmatchedEntry } from './item-rules.js';

/** More connections than that, and one of those that were told longest ago may be told again. */
const MOST_CONNECTIONS_KEPT = 10_000;

/**
 * Tells the log, once for each connection, of an access control list that was taken and has an entry that matches nobody
 * (docs/contract/field.md#1.7).
 */
@Injectable()
export class AclWarnings {
  private readonly log = new Logger('Items');
  private readonly told = new LRUCache<string, true>({ max: MOST_CONNECTIONS_KEPT });

  warnOnce({ connectionKey, id, tenantId }: ConnectionScope, itemId: string, acl: readonly AclDto[]): void {
    const index = unmatchedEntry(acl);
    if (index === -1 || this.told.has(connectionKey)) return;
    this.told.set(connectionKey, true);
    this.log.warn(
      `Connection '${id}' of tenant ${tenantId}: acl[${index}] of item '${itemId}' has type '${acl[index]!.type}', and its ` +
        'value is not a GUID. Microsoft Graph accepts such an entry, but it matches nobody: the value must be the object id of ' +
        'a user or group. This warning appears once for each connection.',
    );
  }
}
