import { applyDecorators, Header } from '@nestjs/common';
import { ApiOkResponse, ApiOperation } from '@nestjs/swagger';
import { ApiQueryOptions } from './query/api-query-options.js';
import type { Option } from './query/query-string.js';

/** The answer is the number of the entries of a collection, as text (OData 4.01 part 1, section 11.2.10). */
export const AnswersCount = (
  of: string,
  options: ReadonlySet<Option>,
  description = `How many ${of} there are.`,
): MethodDecorator =>
  applyDecorators(
    Header('content-type', 'text/plain'),
    ApiOperation({ summary: `Count ${of}`, description }),
    ApiQueryOptions(options),
    ApiOkResponse({ description: 'The number.', content: { 'text/plain': { schema: { type: 'integer' } } } }),
  );
