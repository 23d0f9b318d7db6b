import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { ConnectionAccess } from '../connections/connection-access.js';
import { ConnectionRemover } from '../connections/removal/connection-remover.js';
import { Database } from '../database/database.js';
import { propertyNotUpdatable } from '../graph/errors/catalogue/connection.js';
import { groupNotFound } from '../graph/errors/catalogue/group.js';
import { assertUnmodified } from '../graph/http/if-match.js';
import type { GraphVersion } from '../graph/http/request-context.js';
import { firstPage, type QueryOptions } from '../graph/odata/query/options.js';
import type { Page } from '../graph/odata/query/page.js';
import type { AuthorizedCaller } from '../identity/caller.js';
import type { CreateGroupDto, ExternalGroupDto, UpdateGroupDto } from './dto/external-group.dto.js';
import type { IdentityDto } from './dto/identity.dto.js';
import { toExternalGroup, toIdentity } from './group.mapper.js';
import { memberQuery } from './group-query.js';
import { isGroupId } from './group-id.js';
import type { GroupEntity } from './group.entity.js';
import { GroupRepository } from './group.repository.js';
import { MEMBERS_OF_GROUP } from './group-children.js';
import { MemberRepository } from './member.repository.js';

/** A group, and the first page of its members where they are asked for. */
type Expanded = Omit<ExternalGroupDto, 'members'> & { readonly members?: Page<IdentityDto> };

/** The rules of externalGroup (docs/contract/api.md#1.11 and #2.2.14), which are the same in every state of a connection. */
@Injectable()
export class GroupsService {
  constructor(
    private readonly database: Database,
    private readonly connections: ConnectionAccess,
    private readonly groups: GroupRepository,
    private readonly members: MemberRepository,
    private readonly remover: ConnectionRemover,
  ) {}

  /** @throws connectionNotFound, connectionNotOwned, groupAlreadyExists, groupLimitReached */
  async create(
    caller: AuthorizedCaller,
    connectionId: string,
    body: CreateGroupDto,
  ): Promise<ExternalGroupDto> {
    const connection = await this.connections.find(caller, connectionId);
    const group: GroupEntity = {
      connectionKey: connection.connectionKey,
      id: body.id,
      groupKey: randomUUID(),
      displayName: body.displayName ?? null,
      description: body.description ?? null,
    };
    await this.database.write(async (manager) => {
      await this.connections.hold(manager, connection);
      await this.groups.add(manager, group);
      await this.connections.countGroup(manager, connection);
    });
    return toExternalGroup(group);
  }

  /** @throws connectionNotFound, connectionNotOwned, groupNotFound */
  async get(
    caller: AuthorizedCaller,
    connectionId: string,
    id: string,
    version: GraphVersion,
    options: QueryOptions,
  ): Promise<Expanded> {
    const { connectionKey } = await this.connections.find(caller, connectionId);
    const group = existing(isGroupId(id) ? await this.groups.find(connectionKey, id) : null);
    return this.expanded(group, version, options);
  }

  /** @throws connectionNotFound, connectionNotOwned */
  async list(
    caller: AuthorizedCaller,
    connectionId: string,
    version: GraphVersion,
    options: QueryOptions,
  ): Promise<Page<Expanded>> {
    const { connectionKey } = await this.connections.find(caller, connectionId);
    const page = await this.groups.page(connectionKey, options);
    return { ...page, rows: await Promise.all(page.rows.map((row) => this.expanded(row, version, options))) };
  }

  /** How many groups `list` would find. @throws connectionNotFound, connectionNotOwned */
  async count(caller: AuthorizedCaller, connectionId: string, options: QueryOptions): Promise<number> {
    const { connectionKey } = await this.connections.find(caller, connectionId);
    return this.groups.count(connectionKey, options);
  }

  /**
   * Changes what the body names; the rest stays.
   * @throws connectionNotFound, connectionNotOwned, groupNotFound, propertyNotUpdatable, resourceModified
   */
  async update(
    caller: AuthorizedCaller,
    connectionId: string,
    id: string,
    body: UpdateGroupDto,
    ifMatch?: string,
  ): Promise<void> {
    const connection = await this.connections.find(caller, connectionId);
    if (!isGroupId(id)) throw groupNotFound();
    await this.database.write(async (manager) => {
      await this.connections.hold(manager, connection);
      const group = existing(await this.groups.locked(manager, connection.connectionKey, id));
      if (body.id !== undefined && body.id !== id) throw propertyNotUpdatable('id', 'ExternalGroup');
      assertUnmodified(ifMatch, 'ExternalGroup');
      await this.groups.change(manager, {
        ...group,
        displayName: body.displayName === undefined ? group.displayName : body.displayName,
        description: body.description === undefined ? group.description : body.description,
      });
    });
  }

  /**
   * Takes a group away, with all its members; its id is free at once. Where it is named, in an access control list or as a
   * member, it stays named, as a group that does not exist yet may be.
   * @throws connectionNotFound, connectionNotOwned, groupNotFound, resourceModified
   */
  async delete(caller: AuthorizedCaller, connectionId: string, id: string, ifMatch?: string): Promise<void> {
    const connection = await this.connections.find(caller, connectionId);
    if (!isGroupId(id)) throw groupNotFound();
    const rest = await this.database.write(async (manager) => {
      await this.connections.hold(manager, connection);
      const group = existing(await this.groups.locked(manager, connection.connectionKey, id));
      assertUnmodified(ifMatch, 'ExternalGroup');
      await this.groups.remove(manager, group);
      await this.connections.discountGroup(manager, connection);
      return this.remover.removeBelow(manager, MEMBERS_OF_GROUP, group.groupKey);
    });
    if (rest) this.remover.start();
  }

  private async expanded(
    group: GroupEntity,
    version: GraphVersion,
    { expand }: QueryOptions,
  ): Promise<Expanded> {
    if (!expand.includes('members')) return toExternalGroup(group);
    const page = await this.members.page(group.groupKey, version, firstPage(memberQuery(version)));
    const rows = page.rows.map((row) => toIdentity(row, version));
    return { ...toExternalGroup(group), members: { ...page, rows } };
  }
}

/** @throws groupNotFound */
function existing(group: GroupEntity | null): GroupEntity {
  if (group === null) throw groupNotFound();
  return group;
}
