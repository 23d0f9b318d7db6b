import { Header, HttpCode, Post } from '@nestjs/common';
import { ApiBody, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiGraphErrors } from '../graph/errors/api-graph-errors.js';
import { ClientLeft } from '../graph/http/client-left.js';
import { Culture } from '../graph/http/culture.js';
import { GraphBody } from '../graph/http/graph-body.js';
import { GraphController } from '../graph/http/graph-controller.js';
import { ODATA_CONTENT_TYPE } from '../graph/http/response-headers.js';
import { type AuthorizedCaller, CurrentCaller } from '../identity/caller.js';
import { RequirePermissions } from '../identity/permissions/require-permissions.js';
import { SEARCH_ITEMS } from '../search/search.permissions.js';
import { Throttled } from '../throttling/throttled.js';
import { RetrievalRequestDto, RetrievalResponseDto } from './dto/retrieval.dto.js';
import { RETRIEVAL_EXAMPLES, RETRIEVED_EXAMPLE } from './retrieval.examples.js';
import { RetrievalService } from './retrieval.service.js';

@ApiTags('copilot')
@GraphController('copilot')
export class RetrievalController {
  constructor(private readonly retrieval: RetrievalService) {}

  @Post('retrieval')
  @HttpCode(200)
  @RequirePermissions(SEARCH_ITEMS)
  @Throttled('retrieval')
  @Header('content-type', ODATA_CONTENT_TYPE)
  @Header('odata-version', '4.0')
  @ApiOperation({
    summary: 'Retrieve passages of externalItems',
    description:
      'Passages that answer a question, of items that the user of the token may see. They are found by words, in titles and contents.',
  })
  @ApiBody({ type: RetrievalRequestDto, examples: RETRIEVAL_EXAMPLES })
  @ApiOkResponse({ type: RetrievalResponseDto, description: 'The passages.', example: RETRIEVED_EXAMPLE })
  @ApiGraphErrors(400, 401, 403, 413, 415, 429, 503)
  retrieve(
    @CurrentCaller() caller: AuthorizedCaller,
    @GraphBody() body: RetrievalRequestDto,
    @Culture() culture: string | undefined,
    @ClientLeft() left: AbortSignal,
  ): Promise<RetrievalResponseDto> {
    return this.retrieval.retrieve(caller, body, { culture, left });
  }
}
