import { Header, HttpCode, Post, Req } from '@nestjs/common';
import { ApiBody, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { ApiGraphErrors } from '../graph/errors/api-graph-errors.js';
import { GraphBody } from '../graph/http/body.js';
import { GraphController } from '../graph/http/graph-controller.js';
import { RequireToken } from '../identity/permissions/require-permissions.js';
import { ANSWERED_EXAMPLE, BATCH_EXAMPLES } from './batch.examples.js';
import { BatchService } from './batch.service.js';
import { BatchRequestContentDto } from './dto/batch-request.dto.js';
import { BatchResponseContentDto } from './dto/batch-response.dto.js';

@ApiTags('batch')
@GraphController('$batch')
export class BatchController {
  constructor(private readonly batches: BatchService) {}

  @Post()
  @HttpCode(200)
  @RequireToken()
  @Header('content-type', 'application/json')
  @ApiOperation({
    summary: 'Batch requests',
    description:
      'Up to 20 requests in one. Each is authorized, done and answered by itself: the batch is 200 when all of them fail. ' +
      'A request whose dependency failed is 424. Needs a token, and of permissions what its requests need.',
  })
  @ApiBody({ type: BatchRequestContentDto, examples: BATCH_EXAMPLES })
  @ApiOkResponse({
    type: BatchResponseContentDto,
    description: 'The answers, in the order of the requests.',
    example: ANSWERED_EXAMPLE,
  })
  @ApiGraphErrors(400, 401, 413, 415)
  run(@Req() request: FastifyRequest, @GraphBody() body: BatchRequestContentDto): Promise<string> {
    return this.batches.run(request, body.requests);
  }
}
