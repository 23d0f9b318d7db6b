import { Delete, Get, HttpCode, Param, Patch, Post, Put, UseGuards } from '@nestjs/common';
import {
  ApiBody,
  ApiExcludeEndpoint,
  ApiExtraModels,
  ApiHeader,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiOperation,
  ApiParam,
  ApiTags,
} from '@nestjs/swagger';
import { ID_PARAMETER } from '../connections/connections.examples.js';
import { ApiGraphErrors } from '../graph/errors/api-graph-errors.js';
import { itemNotPostable } from '../graph/errors/catalogue/item.js';
import { GraphBody } from '../graph/http/body.js';
import { IF_MATCH_HEADER, IfMatch, QueryOptionsOf, Version } from '../graph/http/parameters.js';
import { GraphController } from '../graph/http/graph-controller.js';
import type { GraphVersion } from '../graph/http/request-context.js';
import { AlwaysRefused } from '../graph/http/route-settings.js';
import { AnswersCount, ApiQueryOptions } from '../graph/odata/query/api-query-options.js';
import { AnswersCollection, AnswersEntity } from '../graph/odata/odata-answer.js';
import { type QueryOptions } from '../graph/odata/query/options.js';
import { type Page } from '../graph/odata/query/page.js';
import { type AuthorizedCaller, CurrentCaller } from '../identity/caller.js';
import { RequirePermissions, RequireToken } from '../identity/permissions/require-permissions.js';
import { Throttled } from '../throttling/throttled.js';
import { DelegatedWritesGuard } from './delegated-writes.guard.js';
import { ExternalItemCollectionDto, ExternalItemDto, PutItemDto } from './dto/external-item.dto.js';
import { PrincipalDto } from './dto/principal.dto.js';
import { COUNT_OPTIONS, ITEM_QUERY, LIST_OPTIONS } from './item-query.js';
import { ITEM_EXAMPLE, ITEM_ID_PARAMETER, PUT_EXAMPLES } from './items.examples.js';
import { READ_ITEMS, WRITE_ITEMS } from './items.permissions.js';
import { ItemsService } from './items.service.js';

const COLLECTION = "external/connections('{id}')/items";

@ApiTags('externalItem')
@ApiExtraModels(PrincipalDto)
@GraphController('external/connections/:id/items')
export class ItemsController {
  constructor(private readonly items: ItemsService) {}

  @Get()
  @RequirePermissions(READ_ITEMS)
  @AnswersCollection(COLLECTION, ExternalItemDto)
  @ApiOperation({
    summary: 'List externalItems',
    description: 'The items of a connection. Not documented by Microsoft: for whoever debugs a connector.',
  })
  @ApiParam(ID_PARAMETER)
  @ApiQueryOptions(LIST_OPTIONS)
  @ApiOkResponse({ type: ExternalItemCollectionDto, description: 'The items, by id.' })
  @ApiGraphErrors(400, 401, 403, 404, 503)
  list(
    @CurrentCaller() caller: AuthorizedCaller,
    @Param('id') id: string,
    @Version() version: GraphVersion,
    @QueryOptionsOf(ITEM_QUERY, LIST_OPTIONS) options: QueryOptions,
  ): Promise<Page<ExternalItemDto>> {
    return this.items.list(caller, id, version, options);
  }

  @Get('$count')
  @RequirePermissions(READ_ITEMS)
  @AnswersCount('externalItems', COUNT_OPTIONS)
  @ApiParam(ID_PARAMETER)
  @ApiGraphErrors(400, 401, 403, 404, 503)
  async count(
    @CurrentCaller() caller: AuthorizedCaller,
    @Param('id') id: string,
    @QueryOptionsOf(ITEM_QUERY, COUNT_OPTIONS) options: QueryOptions,
  ): Promise<string> {
    return String(await this.items.count(caller, id, options));
  }

  /** @throws itemNotPostable, always */
  @Post()
  @RequireToken()
  @AlwaysRefused()
  @ApiExcludeEndpoint()
  post(): never {
    throw itemNotPostable();
  }

  @Put(':itemId')
  @RequirePermissions(WRITE_ITEMS)
  @UseGuards(DelegatedWritesGuard)
  @Throttled('itemIngestion')
  @AnswersEntity(COLLECTION, ExternalItemDto)
  @ApiOperation({
    summary: 'Create or update externalItem',
    description: 'Creates an item, or changes what the body names of the one that there is.',
  })
  @ApiParam(ID_PARAMETER)
  @ApiParam(ITEM_ID_PARAMETER)
  @ApiHeader(IF_MATCH_HEADER)
  @ApiBody({ type: PutItemDto, examples: PUT_EXAMPLES })
  @ApiOkResponse({ type: ExternalItemDto, description: 'The item.', example: ITEM_EXAMPLE })
  @ApiGraphErrors(400, 401, 403, 404, 409, 412, 413, 415, 503)
  put(
    @CurrentCaller() caller: AuthorizedCaller,
    @Param('id') id: string,
    @Param('itemId') itemId: string,
    @GraphBody() body: PutItemDto,
    @Version() version: GraphVersion,
    @IfMatch() ifMatch: string | undefined,
  ): Promise<ExternalItemDto> {
    return this.items.put(caller, id, itemId, body, version, ifMatch);
  }

  @Get(':itemId')
  @RequirePermissions(READ_ITEMS)
  @Throttled('itemReading')
  @AnswersEntity(COLLECTION, ExternalItemDto)
  @ApiOperation({ summary: 'Get externalItem', description: 'The item as it is stored, for diagnosis.' })
  @ApiParam(ID_PARAMETER)
  @ApiParam(ITEM_ID_PARAMETER)
  @ApiOkResponse({ type: ExternalItemDto, description: 'The item.', example: ITEM_EXAMPLE })
  @ApiGraphErrors(401, 403, 404, 503)
  get(
    @CurrentCaller() caller: AuthorizedCaller,
    @Param('id') id: string,
    @Param('itemId') itemId: string,
    @Version() version: GraphVersion,
  ): Promise<ExternalItemDto> {
    return this.items.get(caller, id, itemId, version);
  }

  @Patch(':itemId')
  @RequirePermissions(WRITE_ITEMS)
  @UseGuards(DelegatedWritesGuard)
  @Throttled('itemIngestion')
  @AnswersEntity(COLLECTION, ExternalItemDto)
  @ApiOperation({
    summary: 'Update externalItem (older form)',
    description: 'Changes what the body names of an item. PUT is the form to use.',
    deprecated: true,
  })
  @ApiParam(ID_PARAMETER)
  @ApiParam(ITEM_ID_PARAMETER)
  @ApiHeader(IF_MATCH_HEADER)
  @ApiBody({ type: PutItemDto, examples: PUT_EXAMPLES })
  @ApiOkResponse({ type: ExternalItemDto, description: 'The item.', example: ITEM_EXAMPLE })
  @ApiGraphErrors(400, 401, 403, 404, 409, 412, 413, 415, 503)
  patch(
    @CurrentCaller() caller: AuthorizedCaller,
    @Param('id') id: string,
    @Param('itemId') itemId: string,
    @GraphBody() body: PutItemDto,
    @Version() version: GraphVersion,
    @IfMatch() ifMatch: string | undefined,
  ): Promise<ExternalItemDto> {
    return this.items.patch(caller, id, itemId, body, version, ifMatch);
  }

  @Delete(':itemId')
  @HttpCode(204)
  @RequirePermissions(WRITE_ITEMS)
  @UseGuards(DelegatedWritesGuard)
  @Throttled('itemIngestion')
  @ApiOperation({ summary: 'Delete externalItem', description: 'Takes an item away.' })
  @ApiParam(ID_PARAMETER)
  @ApiParam(ITEM_ID_PARAMETER)
  @ApiHeader(IF_MATCH_HEADER)
  @ApiNoContentResponse({ description: 'The item is gone.' })
  @ApiGraphErrors(401, 403, 404, 412, 503)
  delete(
    @CurrentCaller() caller: AuthorizedCaller,
    @Param('id') id: string,
    @Param('itemId') itemId: string,
    @IfMatch() ifMatch: string | undefined,
  ): Promise<void> {
    return this.items.delete(caller, id, itemId, ifMatch);
  }
}
