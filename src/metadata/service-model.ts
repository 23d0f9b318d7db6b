import type { Type } from '@nestjs/common';
import { ConnectionQuotaDto } from '../connections/dto/connection-quota.dto.js';
import { ExternalConnectionDto } from '../connections/dto/external-connection.dto.js';
import type { GraphVersion } from '../graph/http/request-context.js';
import { ExternalActivityDto, ExternalActivityResultDto } from '../items/activities/external-activity.dto.js';
import { ExternalItemDto, PrincipalDto } from '../items/external-item.dto.js';
import { ExternalGroupDto } from '../groups/dto/external-group.dto.js';
import { IdentityDto } from '../groups/dto/identity.dto.js';
import { ConnectionOperationDto } from '../operations/connection-operation.dto.js';
import { SchemaDto } from '../schema/schema.dto.js';

/*
 * What the declarations of the bodies do not say of the service model (contract, csdl-*.xml). All other types, and every
 * property, are found by following the properties of the entities. A new entity gets its line here.
 */

export interface Navigation {
  readonly name: string;
  readonly target: Type;
  readonly collection?: boolean;
  /** Stands in the body of its owner, and is contained in nothing. */
  readonly inline?: boolean;
  readonly versions?: readonly GraphVersion[];
}

export interface EntityShape {
  readonly type: Type;
  readonly versions?: readonly GraphVersion[];
  readonly navigation?: readonly Navigation[];
  /** The entity type that it derives from; without one, `microsoft.graph.entity`. */
  readonly base?: Type;
  /** What the service alone sets. */
  readonly computed?: readonly string[];
}

/** Each has its key, `id`, from `microsoft.graph.entity`. */
export const ENTITIES: readonly EntityShape[] = [
  {
    type: ExternalConnectionDto,
    navigation: [
      { name: 'items', target: ExternalItemDto, collection: true },
      { name: 'groups', target: ExternalGroupDto, collection: true },
      { name: 'operations', target: ConnectionOperationDto, collection: true },
      { name: 'quota', target: ConnectionQuotaDto, versions: ['beta'] },
      { name: 'schema', target: SchemaDto },
    ],
    computed: ['state'],
  },
  { type: ConnectionOperationDto },
  { type: ConnectionQuotaDto, versions: ['beta'] },
  { type: ExternalActivityDto, navigation: [{ name: 'performedBy', target: IdentityDto, inline: true }] },
  { type: ExternalActivityResultDto, base: ExternalActivityDto },
  {
    type: ExternalItemDto,
    navigation: [{ name: 'activities', target: ExternalActivityDto, collection: true }],
  },
  { type: ExternalGroupDto, navigation: [{ name: 'members', target: IdentityDto, collection: true }] },
  { type: IdentityDto },
  { type: SchemaDto },
];

/** Types of values that no property declares: an open type may hold them. */
export const VALUES: readonly Type[] = [PrincipalDto];

/** What is done with an entity rather than to its row. */
export const ACTIONS: readonly { name: string; bound: Type; parameter: string; of: Type; returns: Type }[] = [
  {
    name: 'addActivities',
    bound: ExternalItemDto,
    parameter: 'activities',
    of: ExternalActivityDto,
    returns: ExternalActivityResultDto,
  },
];

/** What `external`, the singleton of the container, leads to. */
export const EXTERNAL: readonly Navigation[] = [
  { name: 'connections', target: ExternalConnectionDto, collection: true },
];

/** The types of `microsoft.graph` itself. */
export const GRAPH_TYPES: ReadonlySet<string> = new Set([
  'binaryOperator',
  'Json',
  'publicError',
  'publicErrorDetail',
  'publicInnerError',
]);

/** The enumerations that are not to grow, and so have no `unknownFutureValue`. */
export const CLOSED_ENUMS: ReadonlySet<string> = new Set(['binaryOperator']);

/**
 * Members count up from 0 in the order of their declaration, and `unknownFutureValue` comes last; here is what is
 * counted otherwise.
 */
export const ENUM_VALUES: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  accessType: { grant: 1 },
  aclType: { user: 1 },
  connectionState: { draft: 1 },
  externalActivityType: { viewed: 1 },
  externalItemContentType: { text: 1 },
  importanceScore: { low: 1 },
  identitySourceType: { azureActiveDirectory: 1 },
  identityType: { user: 1 },
  label: { unknownFutureValue: 12 },
  contentExperienceType: { search: 1, compliance: 32, unknownFutureValue: 2048 },
};

/** The enumerations of 64 bits. */
export const LONG_ENUMS: ReadonlySet<string> = new Set(['contentExperienceType']);

/** Where the model is less or more strict than the body: a request needs a name that the model would let be null. */
export const NULLABLE: Readonly<Record<string, boolean>> = {
  'externalConnection.name': true,
  'externalConnection.state': true,
  'identity.type': true,
  'itemIdResolver.itemId': false,
};
