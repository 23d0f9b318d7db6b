import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { ConnectionAccess, type ConnectionScope } from '../connections/connection-access.js';
import { Database } from '../database/database.js';
import { groupNotFound, memberNotFound } from '../graph/errors/catalogue/group.js';
import { bodyNotValid } from '../graph/errors/catalogue/request.js';
import { assertUnmodified } from '../graph/http/if-match.js';
import type { GraphVersion } from '../graph/http/request-context.js';
import type { QueryOptions } from '../graph/odata/query/options.js';
import type { Page } from '../graph/odata/query/page.js';
import type { AuthorizedCaller } from '../identity/caller.js';
import type { CreateIdentityDto, IdentityDto } from './dto/identity.dto.js';
import { toIdentity } from './group.mapper.js';
import { isGroupId, normalizedMemberId } from './group-id.js';
import { memberFaults } from './group-rules.js';
import type { GroupEntity } from './group.entity.js';
import { GroupRepository } from './group.repository.js';
import type { MemberEntity } from './member.entity.js';
import { MemberRepository } from './member.repository.js';

/**
 * The rules of the members of external groups (docs/contract/api.md#1.11 and #2.2.14). Nobody looks whether a member
 * exists: connectors write groups in any order, and groups may be members of each other in a circle.
 */
@Injectable()
export class MembersService {
  constructor(
    private readonly database: Database,
    private readonly connections: ConnectionAccess,
    private readonly groups: GroupRepository,
    private readonly members: MemberRepository,
  ) {}

  /** @throws connectionNotFound, connectionNotOwned, bodyNotValid, groupNotFound, memberAlreadyExists */
  async add(
    caller: AuthorizedCaller,
    connectionId: string,
    groupId: string,
    body: CreateIdentityDto,
    version: GraphVersion,
  ): Promise<IdentityDto> {
    const connection = await this.connections.find(caller, connectionId);
    const faults = memberFaults(body);
    if (faults.length > 0) throw bodyNotValid(faults);
    return this.database.write(async (manager) => {
      const { groupKey } = await this.held(manager, connection, groupId);
      const member: MemberEntity = {
        groupKey,
        normalizedId: normalizedMemberId(body.id),
        connectionKey: connection.connectionKey,
        id: body.id,
        type: body.type,
        identitySource: body.identitySource ?? null,
      };
      await this.members.add(manager, member);
      return toIdentity(member, version);
    });
  }

  /** @throws connectionNotFound, connectionNotOwned, groupNotFound */
  async list(
    caller: AuthorizedCaller,
    connectionId: string,
    groupId: string,
    version: GraphVersion,
    options: QueryOptions,
  ): Promise<Page<IdentityDto>> {
    const { groupKey } = await this.found(caller, connectionId, groupId);
    const page = await this.members.page(groupKey, version, options);
    return { ...page, rows: page.rows.map((row) => toIdentity(row, version)) };
  }

  /** How many members `list` would find. @throws connectionNotFound, connectionNotOwned, groupNotFound */
  async count(
    caller: AuthorizedCaller,
    connectionId: string,
    groupId: string,
    version: GraphVersion,
    options: QueryOptions,
  ): Promise<number> {
    const { groupKey } = await this.found(caller, connectionId, groupId);
    return this.members.count(groupKey, version, options);
  }

  /** @throws connectionNotFound, connectionNotOwned, groupNotFound, memberNotFound */
  async get(
    caller: AuthorizedCaller,
    connectionId: string,
    groupId: string,
    id: string,
    version: GraphVersion,
  ): Promise<IdentityDto> {
    const { groupKey } = await this.found(caller, connectionId, groupId);
    const member = isGroupId(id) ? await this.members.find(groupKey, normalizedMemberId(id)) : null;
    if (member === null) throw memberNotFound();
    return toIdentity(member, version);
  }

  /** @throws connectionNotFound, connectionNotOwned, groupNotFound, memberNotFound, resourceModified */
  async remove(
    caller: AuthorizedCaller,
    connectionId: string,
    groupId: string,
    id: string,
    ifMatch?: string,
  ): Promise<void> {
    const connection = await this.connections.find(caller, connectionId);
    await this.database.write(async (manager) => {
      const { groupKey } = await this.held(manager, connection, groupId);
      // What no member can be called, a database may not be able to look for.
      if (!isGroupId(id)) throw memberNotFound();
      await this.members.remove(manager, groupKey, normalizedMemberId(id));
      // What it throws undoes the removal.
      assertUnmodified(ifMatch, 'ExternalGroupMember');
    });
  }

  /** @throws connectionNotFound, connectionNotOwned, groupNotFound */
  private async found(caller: AuthorizedCaller, connectionId: string, groupId: string): Promise<GroupEntity> {
    const { connectionKey } = await this.connections.find(caller, connectionId);
    const group = isGroupId(groupId) ? await this.groups.find(connectionKey, groupId) : null;
    if (group === null) throw groupNotFound();
    return group;
  }

  /** The group, which stays where it is until the unit of work ends. @throws connectionNotFound, groupNotFound */
  private async held(
    manager: EntityManager,
    connection: ConnectionScope,
    groupId: string,
  ): Promise<GroupEntity> {
    if (!isGroupId(groupId)) throw groupNotFound();
    await this.connections.hold(manager, connection);
    const group = await this.groups.shared(manager, connection.connectionKey, groupId);
    if (group === null) throw groupNotFound();
    return group;
  }
}
