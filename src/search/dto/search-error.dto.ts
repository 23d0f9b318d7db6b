import { applyDecorators } from '@nestjs/common';
import { ApiExtraModels, ApiProperty, ApiResponse, ApiSchema, getSchemaPath } from '@nestjs/swagger';
import { searchQueryRequired } from '../../graph/errors/catalogue/search.js';

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
class SearchErrorResponseDto {
  @ApiProperty({ type: () => SearchMainErrorDto })
  error: SearchMainErrorDto;

  @ApiProperty({ type: () => SearchInstrumentationDto })
  Instrumentation: SearchInstrumentationDto;
}

const ID = '5c1c2f0e-7a4e-4f6b-9c55-0d8e0a1b2c3d';
const EXAMPLE = searchQueryRequired().body(ID, ID, new Date('2026-11-23T18:05:10Z'), ID);

/** Documents that a 400 of search has its own envelope, or Graph's where the body cannot be read at all. */
export const ApiSearchErrors = (): MethodDecorator =>
  applyDecorators(
    ApiExtraModels(SearchErrorResponseDto),
    ApiResponse({
      status: 400,
      description: 'The search breaks a rule, or its body cannot be read.',
      content: {
        'application/json': {
          schema: {
            oneOf: [
              { $ref: getSchemaPath(SearchErrorResponseDto) },
              { $ref: '#/components/schemas/microsoft.graph.errorResponse' },
            ],
          },
          example: JSON.parse(EXAMPLE) as unknown,
        },
      },
    }),
  );
