import { applyDecorators, SetMetadata } from '@nestjs/common';
import { ApiGraphErrors } from '../graph/errors/api-graph-errors.js';
import type { LimitName } from './limits.js';

export const THROTTLED = 'throttling:limit';

/** Declares the limit of a route, besides that of all routes. The guard enforces it, the OpenAPI document shows its 429. */
export const Throttled = (limit: LimitName): MethodDecorator =>
  applyDecorators(SetMetadata(THROTTLED, limit), ApiGraphErrors(429));
