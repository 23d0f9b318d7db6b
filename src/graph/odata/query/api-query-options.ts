import { applyDecorators } from '@nestjs/common';
import { ApiQuery } from '@nestjs/swagger';
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
