import { Module } from '@nestjs/common';
import { GRAPH_VERSIONS } from '../graph/http/request-context.js';
import { RouteTable } from '../graph/http/route-table.js';
import { MetadataController } from './metadata.controller.js';
import { modelPaths } from './model-paths.js';

/** The service model and the service document. */
@Module({ controllers: [MetadataController] })
export class MetadataModule {
  constructor(routes: RouteTable) {
    for (const version of GRAPH_VERSIONS) {
      for (const { methods, path } of modelPaths(version)) routes.addNotBuilt(methods, `${version}/${path}`);
    }
  }
}
