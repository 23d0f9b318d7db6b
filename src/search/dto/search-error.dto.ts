import { ApiProperty, ApiSchema } from '@nestjs/swagger';

@ApiSchema({ name: 'microsoft.graph.searchErrorDetail' })
class SearchErrorDetailDto {
  @ApiProperty({ example: 'System.AggregateException' })
  code: string;

  @ApiProperty({ example: 'queryString required' })
  message: string;

  @ApiProperty({ example: '' })
  target: string;

  @ApiProperty({
    type: () => SearchErrorDetailDto,
    isArray: true,
    required: false,
    description: 'Its causes.',
  })
  details?: SearchErrorDetailDto[];

  @ApiProperty({ type: 'integer', example: 400 })
  httpCode: number;
}

@ApiSchema({ name: 'microsoft.graph.searchError' })
class SearchMainErrorDto {
  @ApiProperty({ example: 'BadRequest' })
  code: string;

  @ApiProperty({
    example:
      'SearchRequest Invalid (EntityRequest Invalid (searchRequest -> query is invalid (queryString required)))',
  })
  message: string;

  @ApiProperty({ example: '' })
  target: string;

  @ApiProperty({ type: () => SearchErrorDetailDto, isArray: true })
  details: SearchErrorDetailDto[];

  @ApiProperty({ type: 'object', additionalProperties: { type: 'string' }, description: 'Date and ids.' })
  innerError: Record<string, string>;

  @ApiProperty({ type: 'integer', example: 400 })
  httpCode: number;
}

@ApiSchema({ name: 'microsoft.graph.searchInstrumentation' })
class SearchInstrumentationDto {
  @ApiProperty({ format: 'uuid' })
  TraceId: string;
}

/** What search refuses by its own rules, in its own envelope (docs/contract/search.md#10). */
@ApiSchema({ name: 'microsoft.graph.searchErrorResponse' })
export class SearchErrorResponseDto {
  @ApiProperty({ type: () => SearchMainErrorDto })
  error: SearchMainErrorDto;

  @ApiProperty({ type: () => SearchInstrumentationDto })
  Instrumentation: SearchInstrumentationDto;
}
