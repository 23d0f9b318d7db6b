import { Header, Post, Req } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { GraphBody } from '../graph/http/body.js';
import { plain } from '../routes/answers.js';
import { GraphController } from '../routes/graph-controller.js';
import { Operation } from '../routes/operation.js';
import { ANSWERED_EXAMPLE, BATCH_EXAMPLES } from './batch.examples.js';
import { BatchService } from './batch.service.js';
import { BatchRequestContentDto, BatchResponseContentDto } from './batch.dto.js';

@ApiTags('batch')
@GraphController('$batch')
export class BatchController {
  constructor(private readonly batches: BatchService) {}

  @Post()
  @Header('content-type', 'application/json')
  @Operation({
    summary: 'Batch requests',
    description:
      'Up to 20 requests in one. Each is authorized, run and answered by itself: the batch is 200 even if all of them fail. ' +
      'A request whose dependency failed is 424. The batch needs a token; each request needs its own permissions.',
    permissions: 'token',
    body: BatchRequestContentDto,
    examples: BATCH_EXAMPLES,
    answer: plain(BatchResponseContentDto, 'The answers, in the order of the requests.', ANSWERED_EXAMPLE),
  })
  run(@Req() request: FastifyRequest, @GraphBody() body: BatchRequestContentDto): Promise<string> {
    return this.batches.run(request, body.requests);
  }
}
