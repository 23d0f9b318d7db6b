import { Delete, Get, HttpCode, Param, Patch, Post } from '@nestjs/common';
import {
  ApiAcceptedResponse,
  ApiBody,
  ApiExcludeEndpoint,
  ApiHeader,
  ApiOkResponse,
  ApiOperation,
  ApiParam,
  ApiTags,
} from '@nestjs/swagger';
import { ID_PARAMETER } from '../connections/connections.examples.js';
import { ApiGraphErrors } from '../graph/errors/api-graph-errors.js';
import { schemaNotDeletable } from '../graph/errors/catalogue/schema.js';
import { GraphBody, type ReadBody } from '../graph/http/body.js';
import { GraphController } from '../graph/http/graph-controller.js';
import { Prefers, Version } from '../graph/http/parameters.js';
import type { GraphVersion } from '../graph/http/request-context.js';
import { AlwaysRefused } from '../graph/http/route-settings.js';
import { AnswersEntity, type Locate, OperationLocation } from '../graph/odata/odata-answer.js';
import { type AuthorizedCaller, CurrentCaller } from '../identity/caller.js';
import { RequirePermissions, RequireToken } from '../identity/permissions/require-permissions.js';
import { RegisterSchemaDto, SchemaDto } from './dto/schema.dto.js';
import { REGISTER_EXAMPLES, SCHEMA_EXAMPLE } from './schema.examples.js';
import { READ_SCHEMA, REGISTER_SCHEMA } from './schema.permissions.js';
import { SchemaService } from './schema.service.js';

const OPERATIONS = "external/connections('{id}')/operations";

const LOCATION = {
  description: 'The schema is being registered; the Location header is the operation to ask.',
  headers: { Location: { description: 'The operation.', schema: { type: 'string' } } },
} as const;

@ApiTags('schema')
@GraphController('external/connections/:id/schema')
export class SchemaController {
  constructor(private readonly schemas: SchemaService) {}

  @Patch()
  @HttpCode(202)
  @RequirePermissions(REGISTER_SCHEMA)
  @ApiOperation({
    summary: 'Create or update schema',
    description:
      'Registers the whole schema. On a connection that has one: adds properties, search attributes, aliases and labels.',
  })
  @ApiParam(ID_PARAMETER)
  @ApiHeader({
    name: 'Prefer',
    required: false,
    description: '`respond-async`; the answer is the same without it.',
  })
  @ApiBody({ type: RegisterSchemaDto, examples: REGISTER_EXAMPLES })
  @ApiAcceptedResponse(LOCATION)
  @ApiGraphErrors(400, 401, 403, 404, 409, 413, 415, 503)
  async register(
    @CurrentCaller() caller: AuthorizedCaller,
    @Param('id') id: string,
    @GraphBody({ anyLabel: true, withIssues: RegisterSchemaDto }) body: ReadBody<RegisterSchemaDto>,
    @Version() version: GraphVersion,
    @Prefers('respond-async') _async: boolean,
    @OperationLocation(OPERATIONS) locate: Locate,
  ): Promise<void> {
    locate(await this.schemas.register(caller, id, body, version));
  }

  @Post()
  @HttpCode(202)
  @RequirePermissions(REGISTER_SCHEMA)
  @ApiOperation({
    summary: 'Create schema (older form)',
    description: 'The same as PATCH, which is the form to use.',
    deprecated: true,
  })
  @ApiParam(ID_PARAMETER)
  @ApiBody({ type: RegisterSchemaDto, examples: REGISTER_EXAMPLES })
  @ApiAcceptedResponse(LOCATION)
  @ApiGraphErrors(400, 401, 403, 404, 409, 413, 415, 503)
  async registerByPost(
    @CurrentCaller() caller: AuthorizedCaller,
    @Param('id') id: string,
    @GraphBody({ anyLabel: true, withIssues: RegisterSchemaDto }) body: ReadBody<RegisterSchemaDto>,
    @Version() version: GraphVersion,
    @Prefers('respond-async') _async: boolean,
    @OperationLocation(OPERATIONS) locate: Locate,
  ): Promise<void> {
    locate(await this.schemas.register(caller, id, body, version));
  }

  /** @throws schemaNotDeletable, always */
  @Delete()
  @RequireToken()
  @AlwaysRefused()
  @ApiExcludeEndpoint()
  delete(): never {
    throw schemaNotDeletable();
  }

  @Get()
  @RequirePermissions(READ_SCHEMA)
  @AnswersEntity("external/connections('{id}')/schema", SchemaDto)
  @ApiOperation({ summary: 'Get schema', description: 'The schema, as soon as it was sent.' })
  @ApiParam(ID_PARAMETER)
  @ApiHeader({
    name: 'Prefer',
    required: false,
    description:
      '`include-unknown-enum-members`: labels and types that came later, which are `unknownFutureValue` otherwise.',
  })
  @ApiOkResponse({ type: SchemaDto, description: 'The schema.', example: SCHEMA_EXAMPLE })
  @ApiGraphErrors(401, 403, 404, 503)
  get(
    @CurrentCaller() caller: AuthorizedCaller,
    @Param('id') id: string,
    @Version() version: GraphVersion,
    @Prefers('include-unknown-enum-members') includeUnknown: boolean,
  ): Promise<SchemaDto> {
    return this.schemas.get(caller, id, version, includeUnknown);
  }
}
