import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { ConnectionAccess } from '../../connections/connection-access.js';
import { Database } from '../../database/database.js';
import { Clock } from '../../graph/clock.js';
import { itemNotFound } from '../../graph/errors/catalogue/item.js';
import { NAMESPACE } from '../../graph/odata/edm.js';
import type { AuthorizedCaller } from '../../identity/caller.js';
import { ItemRepository } from '../item.repository.js';
import { activityError } from './activity-rules.js';
import type { AddActivitiesDto, ExternalActivityResultDto } from './external-activity.dto.js';

/** The rules of externalActivity (contract, api.md sections 1.10 and 2.2.13). */
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
      if ((await this.items.shared(manager, { connectionKey, id: itemId })) === null) throw itemNotFound();
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
}
