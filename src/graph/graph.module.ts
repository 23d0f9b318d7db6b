import { Global, Module } from '@nestjs/common';
import { APP_FILTER, APP_INTERCEPTOR } from '@nestjs/core';
import { Clock } from './clock.js';
import { GraphErrorFilter } from './errors/graph-error.filter.js';
import { GraphErrorInterceptor } from './errors/graph-error.interceptor.js';
import { RouteTable } from './http/route-table.js';
import { ODataAnswerInterceptor } from './odata/odata-answer.js';

/** What every Graph endpoint shares: time, errors, envelopes. */
@Global()
@Module({
  providers: [
    Clock,
    RouteTable,
    GraphErrorFilter,
    { provide: APP_FILTER, useExisting: GraphErrorFilter },
    { provide: APP_INTERCEPTOR, useClass: GraphErrorInterceptor },
    { provide: APP_INTERCEPTOR, useClass: ODataAnswerInterceptor },
  ],
  exports: [Clock, RouteTable, GraphErrorFilter],
})
export class GraphModule {}
