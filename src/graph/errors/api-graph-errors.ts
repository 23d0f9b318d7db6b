import { applyDecorators } from '@nestjs/common';
import { ApiExtraModels, ApiProperty, ApiResponse, ApiSchema, getSchemaPath } from '@nestjs/swagger';

@ApiSchema({ name: 'microsoft.graph.errorDetail' })
class ErrorDetailDto {
  @ApiProperty({ example: 'RequiredPropertyMissing' })
  code: string;

  @ApiProperty({ example: "Property 'name' is required." })
  message: string;

  @ApiProperty({ required: false, example: 'name' })
  target?: string;
}

@ApiSchema({ name: 'microsoft.graph.innerError' })
class InnerErrorDto {
  @ApiProperty({ required: false, example: 'RequiredPropertyMissing' })
  code?: string;

  @ApiProperty({ required: false, example: 'Connection' })
  source?: string;

  @ApiProperty({ required: false, example: "Property 'name' is required." })
  message?: string;

  @ApiProperty({ example: '2026-11-23T18:05:10', description: 'UTC, whole seconds.' })
  date: string;

  @ApiProperty({ format: 'uuid', example: '5c1c2f0e-7a4e-4f6b-9c55-0d8e0a1b2c3d' })
  'request-id': string;

  @ApiProperty({ example: '5c1c2f0e-7a4e-4f6b-9c55-0d8e0a1b2c3d' })
  'client-request-id': string;
}

@ApiSchema({ name: 'microsoft.graph.error' })
class MainErrorDto {
  @ApiProperty({ example: 'InvalidRequest' })
  code: string;

  @ApiProperty({ example: 'The request is malformed or incorrect.' })
  message: string;

  @ApiProperty({ type: () => ErrorDetailDto, isArray: true, required: false })
  details?: ErrorDetailDto[];

  @ApiProperty({ type: () => InnerErrorDto })
  innerError: InnerErrorDto;
}

/** The body of every failure (docs/contract/api.md#6.1). */
@ApiSchema({ name: 'microsoft.graph.errorResponse' })
class ErrorResponseDto {
  @ApiProperty({ type: () => MainErrorDto })
  error: MainErrorDto;
}

const MEANINGS = {
  400: 'The request is malformed or incorrect.',
  401: 'The token is missing, not valid, expired, or of a personal account.',
  403: 'The token lacks the permission, the connection belongs to another application, or a quota is reached.',
  404: 'There is no such resource in this tenant.',
  409: 'The id is taken.',
  412: 'The header If-Match names an ETag; connections have none.',
  413: 'The body is larger than 4 MB.',
  415: 'The body has a Content-Encoding that is not supported, after which SDKs send it plain, or a charset that nobody knows.',
  429: 'Too many calls (with THROTTLE=graph), too much under way, or too many adaptive cards that wait to be checked. The header Retry-After says how many seconds to wait.',
  500: 'The server failed.',
  503: 'The service is not available; also the known issue of broken adaptive cards.',
};

export type ErrorStatus = keyof typeof MEANINGS;

/**
 * Documents the failures of a route. Every route can fail with 500, with 400 if the address cannot be read, and with 429 if its
 * caller has too much under way.
 */
export const ApiGraphErrors = (...statuses: ErrorStatus[]): MethodDecorator =>
  applyDecorators(
    ApiExtraModels(ErrorResponseDto),
    ...[...new Set<ErrorStatus>([400, ...statuses, 429, 500])].map((status) =>
      ApiResponse({
        status,
        description: MEANINGS[status],
        content: { 'application/json': { schema: { $ref: getSchemaPath(ErrorResponseDto) } } },
      }),
    ),
  );
