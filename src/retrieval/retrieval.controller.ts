import { Header, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { GraphBody } from '../graph/http/body.js';
import { Culture } from '../graph/http/culture.js';
import { ClientLeft } from '../graph/http/parameters.js';
import { ODATA_CONTENT_TYPE } from '../graph/http/request-context.js';
import { ITEM_SEARCHERS } from '../identity/permissions/permissions.js';
import { plain } from '../routes/answers.js';
import { type Call, CurrentCall } from '../routes/call.js';
import { GraphController } from '../routes/graph-controller.js';
import { Operation } from '../routes/operation.js';
import { RetrievalRequestDto, RetrievalResponseDto } from './dto/retrieval.dto.js';
import { RETRIEVAL_EXAMPLES, RETRIEVED_EXAMPLE } from './retrieval.examples.js';
import { RetrievalService } from './retrieval.service.js';

@ApiTags('copilot')
@GraphController('copilot')
export class RetrievalController {
  constructor(private readonly retrieval: RetrievalService) {}

  @Post('retrieval')
  @Header('content-type', ODATA_CONTENT_TYPE)
  @Header('odata-version', '4.0')
  @Operation({
    summary: 'Retrieve passages of externalItems',
    description:
      'Passages that answer a question, of items that the user of the token may see. They are found by words, in titles and contents.',
    permissions: ITEM_SEARCHERS,
    limit: 'retrieval',
    body: RetrievalRequestDto,
    examples: RETRIEVAL_EXAMPLES,
    answer: plain(RetrievalResponseDto, 'The passages.', RETRIEVED_EXAMPLE),
  })
  retrieve(
    @CurrentCall() { caller }: Call,
    @GraphBody() body: RetrievalRequestDto,
    @Culture() culture: string | undefined,
    @ClientLeft() left: AbortSignal,
  ): Promise<RetrievalResponseDto> {
    return this.retrieval.retrieve(caller, body, { culture, left });
  }
}
