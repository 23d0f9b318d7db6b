import { ROUTE_ARGS_METADATA } from '@nestjs/common/constants.js';
import { RouteParamtypes } from '@nestjs/common/enums/route-paramtypes.enum.js';
import type { ApiParamOptions } from '@nestjs/swagger';

/** Every parameter that a path of this API has. */
const DESCRIPTIONS: Readonly<Record<string, { readonly description: string; readonly example?: string }>> = {
  id: { description: 'The id of the connection, in any case.', example: 'contosohr' },
  operationId: { description: 'From the Location header of the schema request.' },
  itemId: {
    description: "Chosen by the caller: at most 128 letters, digits, '_', '-' and '='.",
    example: 'T4711',
  },
  activityId: { description: 'Given by addActivities.' },
  groupId: { description: 'The id of the group, with regard to case.', example: 'nightShift' },
  memberId: { description: 'The id of the member.', example: '2f1a1d2c-0a3b-4c5d-8e6f-112233445566' },
};

/** The path parameters that a handler takes, in their order. @throws Error for one that nobody described */
export function pathParametersOf(controller: object, handler: string | symbol): ApiParamOptions[] {
  const taken = (Reflect.getMetadata(ROUTE_ARGS_METADATA, controller.constructor, handler) ?? {}) as Record<
    string,
    { readonly index: number; readonly data?: string }
  >;
  return Object.entries(taken)
    .filter(([kind]) => kind.startsWith(`${RouteParamtypes.PARAM}:`))
    .toSorted(([, a], [, b]) => a.index - b.index)
    .map(([, { data: name = '' }]) => {
      const described = DESCRIPTIONS[name];
      if (described === undefined) throw new Error(`The path parameter '${name}' has no description.`);
      return { name, ...described };
    });
}
