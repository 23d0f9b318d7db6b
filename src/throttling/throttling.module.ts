import { type DynamicModule, Module } from '@nestjs/common';
import { APP_GUARD, APP_INTERCEPTOR } from '@nestjs/core';
import type { Configuration } from '../config/configuration.js';
import { AtOnceInterceptor } from './at-once.interceptor.js';
import { ThrottleRepository } from './throttle.repository.js';
import { Throttler } from './throttler.js';
import { ThrottlingGuard } from './throttling.guard.js';

/** Graph's limits of calls, where they are switched on; otherwise no request passes here. */
@Module({})
export class ThrottlingModule {
  static with({ throttle }: Configuration): DynamicModule {
    return {
      module: ThrottlingModule,
      providers:
        throttle === 'graph'
          ? [
              Throttler,
              ThrottleRepository,
              { provide: APP_GUARD, useClass: ThrottlingGuard },
              { provide: APP_INTERCEPTOR, useClass: AtOnceInterceptor },
            ]
          : [],
    };
  }
}
