import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { ConnectionAccess } from '../../connections/scope/connection-access.js';
import { Database } from '../../database/database.js';
import { Clock } from '../../graph/clock.js';
import { activityNotFound, itemNotFound } from '../../graph/errors/catalogue/item.js';
import type { QueryOptions } from '../../graph/odata/query/options.js';
import type { Page } from '../../graph/odata/query/page.js';
import { isGuid } from '../../graph/odata/edm-values.js';
import { NAMESPACE } from '../../graph/odata/edm.js';
import type { AuthorizedCaller } from '../../identity/caller.js';
import { itemIdFault } from '../item-rules.js';
import type { ItemEntity } from '../item.entity.js';
import { ItemRepository } from '../item.repository.js';
import { activityError } from './activity-rules.js';
import type { ActivityEntity } from './activity.entity.js';
import type {
  AddActivitiesDto,
  ExternalActivityResultDto,
  RecordedActivityDto,
} from './external-activity.dto.js';

/** The rules of externalActivity (docs/contract/api.md#1.10 and #2.2.13). */
@Injectable()
export class ActivitiesService {
  constructor(
    private readonly database: Database,
    private readonly connections: ConnectionAccess,
    private readonly items: ItemRepository,
    private readonly clock: Clock,
  ) {}

  /**
   * Records the activities that can be recorded of an item, and tells of each what became of it, in their order.
   * @throws connectionNotFound, connectionNotOwned, itemNotFound
   */
  async add(
    caller: AuthorizedCaller,
    connectionId: string,
    itemId: string,
    { activities }: AddActivitiesDto,
  ): Promise<ExternalActivityResultDto[]> {
    const { connectionKey } = await this.connections.find(caller, connectionId);
    const now = this.clock.now();
    const results = activities.map(({ type, startDateTime, performedBy }, index) => ({
      '@odata.type': `#${NAMESPACE}.externalActivityResult`,
      id: randomUUID(),
      type,
      startDateTime,
      performedBy: performedBy ?? undefined,
      error: activityError(activities[index]!, now),
    }));
    await this.database.write(async (manager) => {
      if ((await this.items.lockShared(manager, { connectionKey, id: itemId })) === null)
        throw itemNotFound();
      for (const { id, type, startDateTime, performedBy, error } of results) {
        if (error !== null) continue;
        const performedById = performedBy?.id ?? null;
        await this.items.addActivity(manager, {
          connectionKey,
          itemId,
          id,
          type,
          startDateTime,
          performedById,
        });
      }
    });
    return results;
  }

  /** @throws connectionNotFound, connectionNotOwned, itemNotFound */
  async list(
    caller: AuthorizedCaller,
    connectionId: string,
    itemId: string,
    options: QueryOptions,
  ): Promise<Page<RecordedActivityDto>> {
    const page = await this.items.activities(await this.item(caller, connectionId, itemId), options);
    return { ...page, rows: page.rows.map(toExternalActivity) };
  }

  /** How many activities `list` would find. @throws connectionNotFound, connectionNotOwned, itemNotFound */
  async count(
    caller: AuthorizedCaller,
    connectionId: string,
    itemId: string,
    options: QueryOptions,
  ): Promise<number> {
    return this.items.countActivities(await this.item(caller, connectionId, itemId), options);
  }

  /** @throws connectionNotFound, connectionNotOwned, itemNotFound, activityNotFound */
  async get(
    caller: AuthorizedCaller,
    connectionId: string,
    itemId: string,
    id: string,
  ): Promise<RecordedActivityDto> {
    const { connectionKey } = await this.item(caller, connectionId, itemId);
    const activity = isGuid(id)
      ? await this.items.activity({ connectionKey, itemId, id: id.toLowerCase() })
      : null;
    if (activity === null) throw activityNotFound();
    return toExternalActivity(activity);
  }

  /** @throws connectionNotFound, connectionNotOwned, itemNotFound */
  private async item(caller: AuthorizedCaller, connectionId: string, itemId: string): Promise<ItemEntity> {
    const { connectionKey } = await this.connections.find(caller, connectionId);
    const item =
      itemIdFault(itemId) === undefined ? await this.items.find({ connectionKey, id: itemId }) : null;
    if (item === null) throw itemNotFound();
    return item;
  }
}

/** The only way from a row to a body. */
const toExternalActivity = ({
  id,
  type,
  startDateTime,
  performedById,
}: ActivityEntity): RecordedActivityDto => ({
  id,
  type,
  startDateTime,
  // Only a user's activity is recorded.
  performedBy: performedById === null ? undefined : { id: performedById, type: 'user' },
});
