import { ApiProperty, ApiSchema } from '@nestjs/swagger';

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
    description: 'JSON; for other content types, the bytes in base64. Absent where the answer has none.',
  })
  body?: unknown;
}

/** The answer of `POST /$batch`: one answer a request, in the order of the requests. */
@ApiSchema({ name: 'microsoft.graph.batchResponseContent' })
export class BatchResponseContentDto {
  @ApiProperty({ type: () => BatchResponseDto, isArray: true })
  responses: BatchResponseDto[];
}
