import { Delete, Get, Param, Patch, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { schemaNotDeletable } from '../graph/errors/catalogue/schema.js';
import { GraphBody, type ReadBody } from '../graph/http/body.js';
import { type Locate, OperationLocation } from '../graph/odata/odata-answer.js';
import { CONNECTION_READERS, CONNECTION_WRITERS } from '../identity/permissions/permissions.js';
import { accepted, entity } from '../routes/answers.js';
import { type Call, CurrentCall } from '../routes/call.js';
import { GraphController } from '../routes/graph-controller.js';
import { AlwaysRefused, Operation } from '../routes/operation.js';
import { RegisterSchemaDto, SchemaDto } from './schema.dto.js';
import { REGISTER_EXAMPLES, SCHEMA_EXAMPLE } from './schema.examples.js';
import { SchemaService } from './schema.service.js';

const OPERATIONS = "external/connections('{id}')/operations";

const REGISTER = {
  permissions: CONNECTION_WRITERS,
  prefer: 'respond-async',
  body: RegisterSchemaDto,
  examples: REGISTER_EXAMPLES,
  answer: accepted('The schema is being registered; the Location header is the operation to ask.', {
    Location: { description: 'The operation.', schema: { type: 'string' } },
  }),
  errors: [409],
} as const;

@ApiTags('schema')
@GraphController('external/connections/:id/schema')
export class SchemaController {
  constructor(private readonly schemas: SchemaService) {}

  @Patch()
  @Operation({
    ...REGISTER,
    summary: 'Create or update schema',
    description:
      'Registers the whole schema. On a connection that has one: adds properties, search attributes, aliases and labels.',
  })
  async register(
    @CurrentCall() call: Call,
    @Param('id') id: string,
    @GraphBody({ anyLabel: true, withIssues: RegisterSchemaDto }) body: ReadBody<RegisterSchemaDto>,
    @OperationLocation(OPERATIONS) locate: Locate,
  ): Promise<void> {
    locate(await this.schemas.register(call, id, body));
  }

  @Post()
  @Operation({
    ...REGISTER,
    summary: 'Create schema (older form)',
    description: 'The same as PATCH. Use PATCH instead.',
    deprecated: true,
  })
  registerByPost(
    @CurrentCall() call: Call,
    @Param('id') id: string,
    @GraphBody({ anyLabel: true, withIssues: RegisterSchemaDto }) body: ReadBody<RegisterSchemaDto>,
    @OperationLocation(OPERATIONS) locate: Locate,
  ): Promise<void> {
    return this.register(call, id, body, locate);
  }

  /** @throws schemaNotDeletable, always */
  @Delete()
  @AlwaysRefused()
  delete(): never {
    throw schemaNotDeletable();
  }

  @Get()
  @Operation({
    summary: 'Get schema',
    description: 'Reads the schema, even while its operation is in progress.',
    permissions: CONNECTION_READERS,
    prefer: 'include-unknown-enum-members',
    answer: entity("external/connections('{id}')/schema", SchemaDto, 'The schema.', SCHEMA_EXAMPLE),
  })
  get(@CurrentCall() call: Call, @Param('id') id: string): Promise<SchemaDto> {
    return this.schemas.get(call, id);
  }
}
