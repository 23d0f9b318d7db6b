import { Global, Module } from '@nestjs/common';
import { APP_FILTER } from '@nestjs/core';
import { Clock } from './clock.js';
import { GraphErrorFilter } from './errors/graph-error.filter.js';
import { Outage } from './errors/outage.js';
import { UnderWay } from './http/under-way.js';
import { RouteTable } from './http/route-table.js';

/** What every Graph endpoint shares: time, errors. */
@Global()
@Module({
  providers: [
    Clock,
    RouteTable,
    Outage,
    UnderWay,
    GraphErrorFilter,
    { provide: APP_FILTER, useExisting: GraphErrorFilter },
  ],
  exports: [Clock, RouteTable, Outage, UnderWay, GraphErrorFilter],
})
export class GraphModule {}
