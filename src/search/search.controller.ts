import { Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { GraphBody, type ReadBody } from '../graph/http/body.js';
import { Culture } from '../graph/http/culture.js';
import { ClientLeft } from '../graph/http/parameters.js';
import type { Page } from '../graph/odata/query/page.js';
import { ITEM_SEARCHERS } from '../identity/permissions/permissions.js';
import { page } from '../routes/answers.js';
import { type Call, CurrentCall } from '../routes/call.js';
import { GraphController } from '../routes/graph-controller.js';
import { Operation } from '../routes/operation.js';
import { ApiSearchErrors } from './dto/search-error.dto.js';
import { SearchQueryRequestDto } from './dto/search-request.dto.js';
import { SearchResponseCollectionDto, type SearchResponseDto } from './dto/search-response.dto.js';
import { FOUND_EXAMPLE, SEARCH_EXAMPLES } from './search.examples.js';
import { SearchService } from './search.service.js';

const SEARCH = {
  permissions: ITEM_SEARCHERS,
  limit: 'search',
  body: SearchQueryRequestDto,
  examples: SEARCH_EXAMPLES,
  answer: page(
    'Collection(microsoft.graph.searchResponse)',
    undefined,
    SearchResponseCollectionDto,
    'One response for each request.',
    FOUND_EXAMPLE,
  ),
} as const;

@ApiTags('search')
@GraphController('search')
export class SearchController {
  constructor(private readonly searches: SearchService) {}

  @Post('query')
  // Takes the place of the 400 that the operation documents.
  @ApiSearchErrors()
  @Operation({
    ...SEARCH,
    summary: 'Search externalItems',
    description: 'Finds the items that the user of the token may see, in the connections that it names.',
  })
  query(
    @CurrentCall() { caller }: Call,
    @GraphBody({ withIssues: SearchQueryRequestDto }) body: ReadBody<SearchQueryRequestDto>,
    @Culture() culture: string | undefined,
    @ClientLeft() left: AbortSignal,
  ): Promise<Page<SearchResponseDto>> {
    return this.searches.query(caller, body, { culture, left });
  }

  /** The same by its qualified name (OData 4.01 part 2, section 4.5). */
  @Post('microsoft.graph.query')
  @ApiSearchErrors()
  @Operation({
    ...SEARCH,
    summary: 'Search externalItems, by the qualified name of the action',
    description: 'The same as `query`.',
  })
  queryQualified(
    @CurrentCall() call: Call,
    @GraphBody({ withIssues: SearchQueryRequestDto }) body: ReadBody<SearchQueryRequestDto>,
    @Culture() culture: string | undefined,
    @ClientLeft() left: AbortSignal,
  ): Promise<Page<SearchResponseDto>> {
    return this.query(call, body, culture, left);
  }
}
