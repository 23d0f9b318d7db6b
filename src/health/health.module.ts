import { Module } from '@nestjs/common';
import { TerminusModule } from '@nestjs/terminus';
import { ConnectionCloser } from './connection-closer.js';
import { HealthController } from './health.controller.js';

/** Liveness, readiness, and an orderly end. */
@Module({
  imports: [TerminusModule.forRoot({ logger: false })],
  controllers: [HealthController],
  providers: [ConnectionCloser],
})
export class HealthModule {}
