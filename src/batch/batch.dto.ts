import { ApiProperty, ApiSchema } from '@nestjs/swagger';
import { ModelType } from '../graph/odata/edm.js';

export const MOST_REQUESTS = 20;

export const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;

/** What may stand in a batch (docs/contract/api.md#6.6); `readSteps` checks it. */
@ApiSchema({ name: 'microsoft.graph.batchRequest' })
class BatchRequestDto {
  @ApiProperty({
    minLength: 1,
    description: 'Unique in the batch, without regard to case. The answer has the same id.',
    example: '1',
  })
  id: string;

  @ApiProperty({ enum: METHODS, description: 'In any case.', example: 'GET' })
  method: string;

  @ApiProperty({
    minLength: 1,
    description: 'Relative to the version of the batch, with or without a leading slash.',
    example: '/external/connections',
  })
  url: string;

  @ApiProperty({
    selfRequired: false,
    type: 'object',
    additionalProperties: { type: 'string' },
    description:
      'With a body, `Content-Type` is required. Without an `Authorization` of its own, a request has that of the batch.',
    example: { 'Content-Type': 'application/json' },
  })
  headers?: Record<string, string>;

  @ApiProperty({
    required: false,
    oneOf: [{ type: 'object', additionalProperties: true }, { type: 'string' }],
    description: 'JSON; for other content types, the bytes in base64.',
  })
  body?: unknown;

  @ApiProperty({
    required: false,
    type: String,
    isArray: true,
    description: 'The ids of the requests that must succeed first.',
    example: [],
  })
  dependsOn?: string[];
}

/** The body of `POST /$batch`. Its members are read by `readSteps`, since a body in it may be any JSON. */
@ApiSchema({ name: 'microsoft.graph.batchRequestContent' })
@ModelType({ name: 'batchRequestContent', open: true, verbatim: true })
export class BatchRequestContentDto {
  @ApiProperty({ type: () => BatchRequestDto, isArray: true, minItems: 1, maxItems: MOST_REQUESTS })
  requests?: unknown;
}

@ApiSchema({ name: 'microsoft.graph.batchResponse' })
class BatchResponseDto {
  @ApiProperty({ description: 'The id of the request.', example: '1' })
  id: string;

  @ApiProperty({ type: 'integer', example: 200 })
  status: number;

  @ApiProperty({ type: 'object', additionalProperties: { type: 'string' } })
  headers: Record<string, string>;

  @ApiProperty({
    required: false,
    oneOf: [{ type: 'object', additionalProperties: true }, { type: 'string' }],
    description: 'JSON; for other content types, the bytes in base64. Missing if the answer has no body.',
  })
  body?: unknown;
}

/** The answer of `POST /$batch`: one answer a request, in the order of the requests. */
@ApiSchema({ name: 'microsoft.graph.batchResponseContent' })
export class BatchResponseContentDto {
  @ApiProperty({ type: () => BatchResponseDto, isArray: true })
  responses: BatchResponseDto[];
}
