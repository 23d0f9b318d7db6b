import { applyDecorators, Controller } from '@nestjs/common';
import { GRAPH_VERSIONS } from './request-context.js';

/** A controller that serves a path in every version of Graph. */
export const GraphController = (path: string): ClassDecorator =>
  applyDecorators(Controller(GRAPH_VERSIONS.map((version) => `${version}/${path}`)));
