import { Controller, Get } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { HealthCheckService, HealthIndicatorService } from '@nestjs/terminus';
import { Database } from '../database/database.js';
import { Public } from '../identity/permissions/require-permissions.js';

/** For the programs that start, watch and balance servers. */
@ApiExcludeController()
@Controller('health')
export class HealthController {
  constructor(
    private readonly health: HealthCheckService,
    private readonly indicators: HealthIndicatorService,
    private readonly database: Database,
  ) {}

  /** The process answers. */
  @Get('live')
  @Public()
  live(): object {
    return { status: 'ok' };
  }

  /** Every route works: the database answers. @throws databaseNotAvailable */
  @Get('ready')
  @Public()
  ready(): Promise<object> {
    return this.health.check([
      async () => {
        await this.database.ping();
        return this.indicators.check('database').up();
      },
    ]);
  }
}
