import { applyDecorators, Controller } from '@nestjs/common';
import { GRAPH_VERSIONS, type GraphVersion } from '../graph/http/request-context.js';

/** A controller that serves a path in every version of Graph, or in those that have it. */
export const GraphController = (
  path: string,
  versions: readonly GraphVersion[] = GRAPH_VERSIONS,
): ClassDecorator => applyDecorators(Controller(versions.map((version) => `${version}/${path}`)));
