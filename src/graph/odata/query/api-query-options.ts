import { applyDecorators, Header } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiQuery } from '@nestjs/swagger';
import type { Option } from './query-string.js';

const DESCRIPTIONS: Record<
  Option,
  { readonly description: string; readonly type: 'string' | 'integer' | 'boolean' }
> = {
  $top: { type: 'integer', description: 'How many entries a page has.' },
  $skip: { type: 'integer', description: 'How many entries to leave out.' },
  $select: { type: 'string', description: 'The properties to answer, separated by commas.' },
  $filter: {
    type: 'string',
    description: "For instance `name eq 'Contoso HR'`, `startswith(id,'contoso') and state eq 'draft'`.",
  },
  $orderby: { type: 'string', description: 'Properties, each with asc or desc, separated by commas.' },
  $search: { type: 'string', description: 'Words, or phrases in double quotes.' },
  $count: { type: 'boolean', description: 'Answer the number of all entries as @odata.count.' },
  $expand: { type: 'string', description: 'One navigation property, or * for all.' },
  $skiptoken: { type: 'string', description: 'From @odata.nextLink; not to be made by hand.' },
  $format: { type: 'string', description: 'json, or application/json with an odata.metadata.' },
};

/** Documents the query options that a route supports. */
export const ApiQueryOptions = (options: ReadonlySet<Option>): MethodDecorator =>
  applyDecorators(
    ...[...options].map((name) => {
      const { description, type } = DESCRIPTIONS[name];
      const schema = type === 'string' ? { type, minLength: 1 } : { type };
      return ApiQuery({ name, required: false, description, schema });
    }),
  );

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
