import { Get, Header, Req } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { GraphController } from '../routes/graph-controller.js';
import { Version } from '../graph/http/parameters.js';
import { contextOf, type GraphVersion, ODATA_CONTENT_TYPE } from '../graph/http/request-context.js';
import { Public } from '../identity/permissions/require-permissions.js';
import { csdl } from './csdl.js';

/** The service document and the metadata document of OData. */
@ApiExcludeController()
@GraphController('')
export class MetadataController {
  private readonly models = new Map<GraphVersion, string>();

  @Get()
  @Public()
  @Header('content-type', ODATA_CONTENT_TYPE)
  @Header('odata-version', '4.0')
  serviceDocument(@Req() request: FastifyRequest, @Version() version: GraphVersion): object {
    return {
      '@odata.context': `${contextOf(request).origin}/${version}/$metadata`,
      value: [{ name: 'external', kind: 'Singleton', url: 'external' }],
    };
  }

  @Get('$metadata')
  @Public()
  @Header('content-type', 'application/xml')
  @Header('odata-version', '4.0')
  model(@Version() version: GraphVersion): string {
    const known = this.models.get(version) ?? csdl(version);
    this.models.set(version, known);
    return known;
  }
}
