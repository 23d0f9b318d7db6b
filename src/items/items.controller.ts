import { Delete, Get, Param, Patch, Post, Put, UseGuards } from '@nestjs/common';
import { ApiExtraModels, ApiTags } from '@nestjs/swagger';
import { itemNotPostable } from '../graph/errors/catalogue/item.js';
import { GraphBody } from '../graph/http/body.js';
import { GraphQuery } from '../graph/http/parameters.js';
import { type QueryOptions } from '../graph/odata/query/options.js';
import { type Page } from '../graph/odata/query/page.js';
import { countOptions, listOptions } from '../graph/odata/query/query-string.js';
import { ITEM_READERS, ITEM_WRITERS } from '../identity/permissions/permissions.js';
import { entity, noContent, page } from '../routes/answers.js';
import { type Call, CurrentCall } from '../routes/call.js';
import { GraphController } from '../routes/graph-controller.js';
import { AlwaysRefused, CountOperation, Operation } from '../routes/operation.js';
import { DelegatedWritesGuard } from './delegated-writes.guard.js';
import { ExternalItemCollectionDto, ExternalItemDto, PrincipalDto, PutItemDto } from './external-item.dto.js';
import { ITEM_QUERY } from './item-query.js';
import { ITEM_EXAMPLE, PUT_EXAMPLES } from './items.examples.js';
import { ItemsService } from './items.service.js';

const COLLECTION = "external/connections('{id}')/items";

const ITEM = entity(COLLECTION, ExternalItemDto, 'The item.', ITEM_EXAMPLE);

/** What both ways to write an item have in common. */
const WRITE = {
  permissions: ITEM_WRITERS,
  limit: 'itemIngestion',
  ifMatch: true,
  body: PutItemDto,
  examples: PUT_EXAMPLES,
  answer: ITEM,
  errors: [409],
} as const;

@ApiTags('externalItem')
@ApiExtraModels(PrincipalDto)
@GraphController('external/connections/:id/items')
export class ItemsController {
  constructor(private readonly items: ItemsService) {}

  @Get()
  @Operation({
    summary: 'List externalItems',
    description: 'The items of a connection. Not documented by Microsoft: for debugging a connector.',
    permissions: ITEM_READERS,
    query: [ITEM_QUERY, listOptions()],
    answer: page(COLLECTION, ExternalItemDto, ExternalItemCollectionDto, 'The items, by id.'),
  })
  list(
    @CurrentCall() call: Call,
    @Param('id') id: string,
    @GraphQuery() query: QueryOptions,
  ): Promise<Page<ExternalItemDto>> {
    return this.items.list(call, id, query);
  }

  @Get('$count')
  @CountOperation({
    of: 'externalItems',
    permissions: ITEM_READERS,
    query: [ITEM_QUERY, countOptions()],
  })
  async count(
    @CurrentCall() { caller }: Call,
    @Param('id') id: string,
    @GraphQuery() query: QueryOptions,
  ): Promise<string> {
    return String(await this.items.count(caller, id, query));
  }

  /** @throws itemNotPostable, always */
  @Post()
  @AlwaysRefused()
  post(): never {
    throw itemNotPostable();
  }

  @Put(':itemId')
  @UseGuards(DelegatedWritesGuard)
  @Operation({
    ...WRITE,
    summary: 'Create or update externalItem',
    description: 'Creates an item. If it exists, changes the members that the body names.',
  })
  put(
    @CurrentCall() call: Call,
    @Param('id') id: string,
    @Param('itemId') itemId: string,
    @GraphBody() body: PutItemDto,
  ): Promise<ExternalItemDto> {
    return this.items.put(call, id, itemId, body);
  }

  @Get(':itemId')
  @Operation({
    summary: 'Get externalItem',
    description: 'The item as it is stored, for diagnosis.',
    permissions: ITEM_READERS,
    limit: 'itemReading',
    answer: ITEM,
  })
  get(
    @CurrentCall() call: Call,
    @Param('id') id: string,
    @Param('itemId') itemId: string,
  ): Promise<ExternalItemDto> {
    return this.items.get(call, id, itemId);
  }

  @Patch(':itemId')
  @UseGuards(DelegatedWritesGuard)
  @Operation({
    ...WRITE,
    summary: 'Update externalItem (older form)',
    description: 'Changes the properties that the body names. Use PUT instead.',
    deprecated: true,
  })
  patch(
    @CurrentCall() call: Call,
    @Param('id') id: string,
    @Param('itemId') itemId: string,
    @GraphBody() body: PutItemDto,
  ): Promise<ExternalItemDto> {
    return this.items.patch(call, id, itemId, body);
  }

  @Delete(':itemId')
  @UseGuards(DelegatedWritesGuard)
  @Operation({
    summary: 'Delete externalItem',
    description: 'Deletes an item.',
    permissions: ITEM_WRITERS,
    limit: 'itemIngestion',
    ifMatch: true,
    answer: noContent('The item is gone.'),
  })
  delete(@CurrentCall() call: Call, @Param('id') id: string, @Param('itemId') itemId: string): Promise<void> {
    return this.items.delete(call, id, itemId);
  }
}
