import { SetMetadata } from '@nestjs/common';
import type { LimitName } from './limits.js';

export const THROTTLED = 'throttling:limit';

/** Declares the limit of a route, besides that of all routes. The guard enforces it. */
export const Throttled = (limit: LimitName): MethodDecorator => SetMetadata(THROTTLED, limit);
