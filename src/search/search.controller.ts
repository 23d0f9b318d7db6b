import { HttpCode, Post } from '@nestjs/common';
import { ApiBody, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiGraphErrors } from '../graph/errors/api-graph-errors.js';
import { ClientLeft } from '../graph/http/client-left.js';
import { Culture } from '../graph/http/culture.js';
import { GraphBody, type ReadBody } from '../graph/http/graph-body.js';
import { GraphController } from '../graph/http/graph-controller.js';
import { AnswersCollection } from '../graph/odata/odata-answer.js';
import type { Page } from '../graph/odata/query/page.js';
import { type AuthorizedCaller, CurrentCaller } from '../identity/caller.js';
import { RequirePermissions } from '../identity/permissions/require-permissions.js';
import { Throttled } from '../throttling/throttled.js';
import { ApiSearchErrors } from './dto/search-error.dto.js';
import { SearchQueryRequestDto } from './dto/search-request.dto.js';
import { SearchResponseCollectionDto, type SearchResponseDto } from './dto/search-response.dto.js';
import { FOUND_EXAMPLE, SEARCH_EXAMPLES } from './search.examples.js';
import { SEARCH_ITEMS } from './search.permissions.js';
import { SearchService } from './search.service.js';

@ApiTags('search')
@GraphController('search')
export class SearchController {
  constructor(private readonly searches: SearchService) {}

  @Post('query')
  @HttpCode(200)
  // Takes the place of the 400 that the decorators below document.
  @ApiSearchErrors()
  @RequirePermissions(SEARCH_ITEMS)
  @Throttled('search')
  @AnswersCollection('Collection(microsoft.graph.searchResponse)')
  @ApiOperation({
    summary: 'Search externalItems',
    description: 'Finds the items that the user of the token may see, in the connections that it names.',
  })
  @ApiBody({ type: SearchQueryRequestDto, examples: SEARCH_EXAMPLES })
  @ApiOkResponse({
    type: SearchResponseCollectionDto,
    description: 'One response for each request.',
    example: FOUND_EXAMPLE,
  })
  @ApiGraphErrors(400, 401, 403, 413, 415, 429, 503)
  query(
    @CurrentCaller() caller: AuthorizedCaller,
    @GraphBody({ withIssues: SearchQueryRequestDto }) body: ReadBody<SearchQueryRequestDto>,
    @Culture() culture: string | undefined,
    @ClientLeft() left: AbortSignal,
  ): Promise<Page<SearchResponseDto>> {
    return this.searches.query(caller, body, { culture, left });
  }

  /** The same by its qualified name (OData 4.01 part 2, section 4.5). */
  @Post('microsoft.graph.query')
  @HttpCode(200)
  @ApiSearchErrors()
  @RequirePermissions(SEARCH_ITEMS)
  @Throttled('search')
  @AnswersCollection('Collection(microsoft.graph.searchResponse)')
  @ApiOperation({
    summary: 'Search externalItems, by the qualified name of the action',
    description: 'The same as `query`.',
  })
  @ApiBody({ type: SearchQueryRequestDto, examples: SEARCH_EXAMPLES })
  @ApiOkResponse({
    type: SearchResponseCollectionDto,
    description: 'One response for each request.',
    example: FOUND_EXAMPLE,
  })
  @ApiGraphErrors(400, 401, 403, 413, 415, 429, 503)
  queryQualified(
    @CurrentCaller() caller: AuthorizedCaller,
    @GraphBody({ withIssues: SearchQueryRequestDto }) body: ReadBody<SearchQueryRequestDto>,
    @Culture() culture: string | undefined,
    @ClientLeft() left: AbortSignal,
  ): Promise<Page<SearchResponseDto>> {
    return this.query(caller, body, culture, left);
  }
}
