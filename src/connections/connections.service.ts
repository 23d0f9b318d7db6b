import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Configuration } from '../config/configuration.js';
import { Clock } from '../graph/clock.js';
import {
  connectionExistsWithBrokenCard,
  type LayoutFault,
  propertyNotUpdatable,
  resultLayoutFailed,
  resultLayoutNotValid,
} from '../graph/errors/catalogue/connection.js';
import { GraphError } from '../graph/errors/graph-error.js';
import { assertUnmodified } from '../graph/http/parameters.js';
import type { QueryOptions } from '../graph/odata/query/options.js';
import { expandedPage, type Page } from '../graph/odata/query/page.js';
import type { AuthorizedCaller } from '../identity/caller.js';
import type { Call } from '../routes/call.js';
import { normalizedId } from './connection-rules.js';
import { afterPatch } from './connection-change.js';
import { ResultLayouts, storedFaults } from './result-layouts/result-layouts.js';
import { type StateFacts, stateOf } from './connection-state.js';
import { ConnectionEntity } from './connection.entity.js';
import { toExternalConnection } from './connection.mapper.js';
import { ConnectionRepository } from './connection.repository.js';
import type {
  CreateConnectionDto,
  ExternalConnectionDto,
  UpdateConnectionDto,
} from './dto/external-connection.dto.js';
import { bytesOfExpansion, Expansions } from './expansions.js';
import { mayTouch, ownersOf, requireAccess } from './ownership.js';
import { ConnectionRemover } from './scope/connection-remover.js';

/** An `…OwnedBy` caller sees only the connections that it owns. */
const ownerFilter = ({ reach, appId }: AuthorizedCaller): string | undefined =>
  reach === 'owned' ? appId : undefined;

/** The expanded value; undefined if its connection was deleted while a list was read. */
async function unlessDeleted<T>(expanding: Promise<T>): Promise<T | undefined> {
  try {
    return await expanding;
  } catch (error) {
    if (error instanceof GraphError && error.status === 404) return undefined;
    throw error;
  }
}

/** The rules of externalConnection (docs/contract/api.md#1.1, #2.2 and #3). */
@Injectable()
export class ConnectionsService {
  constructor(
    private readonly configuration: Configuration,
    private readonly connections: ConnectionRepository,
    private readonly resultLayouts: ResultLayouts,
    private readonly remover: ConnectionRemover,
    private readonly expansions: Expansions,
    private readonly clock: Clock,
  ) {}

  /**
   * Creates a connection in the caller's tenant, owned by the caller's application.
   *
   * A broken adaptive card is the Known Issue of the seed: by default the connection is created and the answer is a
   * 503 all the same; where known issues are not emulated, it is refused and nothing is created.
   * @param clientLeft aborts a check of cards that has not begun when the client leaves
   * @throws connectionAlreadyExists, connectionBeingRemoved, connectionExistsWithBrokenCard, connectionLimitReached,
   * resultLayoutFailed, resultLayoutNotValid, and what `ResultLayouts` throws
   */
  async create(
    { caller, version }: Call,
    body: CreateConnectionDto,
    clientLeft?: AbortSignal,
  ): Promise<ExternalConnectionDto> {
    const faults = await this.resultLayouts.faultsOf(caller.tenantId, body, clientLeft);
    if (faults.length > 0 && !this.configuration.emulateKnownIssues) throw resultLayoutNotValid(faults);
    const connection = this.newRow(caller, body, faults);
    try {
      await this.connections.add(connection, this.configuration.limits.connectionsPerTenant);
    } catch (error) {
      throw await this.toldOfBrokenCard(error, caller, body.id);
    }
    if (faults.length > 0) throw resultLayoutFailed(faults);
    return toExternalConnection(connection, 'draft', version);
  }

  /** @throws connectionNotFound, connectionNotOwned, and what the expansion throws */
  async get(call: Call, id: string, options: QueryOptions): Promise<ExternalConnectionDto> {
    const { caller, version } = call;
    const row = requireAccess(caller, await this.connections.find(caller.tenantId, id));
    const state = stateOf(row, await this.facts(caller.tenantId, [row]));
    const connection = toExternalConnection(row, state, version, options.select !== undefined);
    if (options.expand.length === 0) return connection;
    const expand = this.expansions.of(options.expand, call);
    return { ...connection, ...(await expand(row.id)) };
  }

  /** The connections of the tenant that the caller may see; others are left out (docs/contract/errors.md#p4). */
  async list(call: Call, options: QueryOptions): Promise<Page<ExternalConnectionDto>> {
    const { caller, version } = call;
    const expand = this.expansions.of(options.expand, call);
    const facts = await this.facts(caller.tenantId);
    const page = await this.connections.page(caller.tenantId, options, facts, ownerFilter(caller));
    const selected = options.select !== undefined;
    const shown = (row: ConnectionEntity): ExternalConnectionDto =>
      toExternalConnection(row, stateOf(row, facts), version, selected);
    if (options.expand.length === 0) return { ...page, rows: page.rows.map(shown) };
    return expandedPage(page, options, async (row) => {
      const expanded = await unlessDeleted(expand(row.id));
      if (expanded === undefined) return undefined;
      return { row: { ...shown(row), ...expanded }, bytes: bytesOfExpansion(expanded) };
    });
  }

  /** How many connections `list` would find. */
  async count(caller: AuthorizedCaller, options: QueryOptions): Promise<number> {
    const facts = await this.facts(caller.tenantId);
    return this.connections.count(caller.tenantId, options, facts, ownerFilter(caller));
  }

  /** The facts from which states follow. The tenant's items matter only for a connection that is otherwise ready. */
  private async facts(tenantId: string, rows?: readonly ConnectionEntity[]): Promise<StateFacts> {
    const { itemsPerConnection, itemsPerTenant } = this.configuration.limits;
    const facts = { now: this.clock.now().toISOString(), itemsPerConnection, tenantFull: false };
    if (rows !== undefined && !rows.some((row) => stateOf(row, facts) === 'ready')) return facts;
    return { ...facts, tenantFull: (await this.connections.itemsOfTenant(tenantId)) >= itemsPerTenant };
  }

  /**
   * Changes what the body names; the rest stays (docs/contract/api.md#2.2.4). A broken adaptive card is refused: the
   * Known Issue is one of creation.
   * @throws connectionNotFound, connectionNotOwned, resourceModified, propertyNotUpdatable, connectionWithoutOwner,
   * resultLayoutNotValid, and what `ResultLayouts` throws
   */
  async update(
    { caller, ifMatch }: Call,
    id: string,
    body: UpdateConnectionDto,
    clientLeft?: AbortSignal,
  ): Promise<void> {
    // Before the check of the cards, so that a caller without access learns nothing and occupies no thread.
    requireAccess(caller, await this.connections.find(caller.tenantId, id));
    assertUnmodified(ifMatch, 'Connection');
    const faults = await this.resultLayouts.faultsOf(caller.tenantId, body, clientLeft);
    await this.connections.change(caller.tenantId, id, (found) => {
      const row = requireAccess(caller, found);
      assertUnmodified(ifMatch, 'Connection');
      if (body.id !== undefined && normalizedId(body.id) !== row.normalizedId)
        throw propertyNotUpdatable('id');
      if (faults.length > 0) throw resultLayoutNotValid(faults);
      return afterPatch(row, caller, body);
    });
  }

  /**
   * Deletes a connection with all its child rows (docs/contract/api.md#2.2.5). Its id is free at once, or when the
   * configured removal time has passed (docs/contract/field.md#3.7).
   * @throws connectionNotFound, connectionNotOwned, resourceModified
   */
  async delete({ caller, ifMatch }: Call, id: string): Promise<void> {
    const now = this.clock.now();
    const free = new Date(now.getTime() + this.configuration.connectionRemovalMs);
    await this.connections.remove(caller.tenantId, id, now.toISOString(), free.toISOString(), (found) => {
      const row = requireAccess(caller, found);
      assertUnmodified(ifMatch, 'Connection');
      return row;
    });
    this.remover.start();
  }

  /** Adds the broken cards of the existing connection to a `409`, if the caller can access it (docs/contract/field.md#3.11). */
  private async toldOfBrokenCard(error: unknown, caller: AuthorizedCaller, id: string): Promise<unknown> {
    if (!(error instanceof GraphError) || error.status !== 409) return error;
    const connection = await this.connections.find(caller.tenantId, id);
    const faults = connection?.resultLayoutFaults;
    if (!connection || !faults || !mayTouch(caller, connection)) return error;
    return connectionExistsWithBrokenCard(connection.id, faults);
  }

  private newRow(
    caller: AuthorizedCaller,
    body: CreateConnectionDto,
    faults: readonly LayoutFault[],
  ): ConnectionEntity {
    return {
      tenantId: caller.tenantId,
      normalizedId: normalizedId(body.id),
      connectionKey: randomUUID(),
      id: body.id,
      name: body.name,
      description: body.description ?? null,
      configuration: {
        ...body.configuration,
        authorizedAppIds: ownersOf(caller, body.configuration?.authorizedAppIds ?? []),
      },
      connectorId: body.connectorId ?? null,
      contentCategory: body.contentCategory ?? null,
      enabledContentExperiences: body.enabledContentExperiences ?? null,
      searchSettings: body.searchSettings ?? null,
      activitySettings: body.activitySettings ?? null,
      complianceSettings: body.complianceSettings ?? null,
      resultLayoutFaults: storedFaults(faults),
      itemCount: 0,
      groupCount: 0,
      createdDateTime: this.clock.now().toISOString(),
      schemaId: null,
      schemaIdBefore: null,
      schemaDateTime: null,
      readyDateTime: null,
    };
  }
}
