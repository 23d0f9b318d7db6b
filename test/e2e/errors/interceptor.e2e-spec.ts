import { type ArgumentsHost, Catch, type ExceptionFilter, Get, Module, Post } from '@nestjs/common';
import { APP_FILTER, NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyReply } from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { GraphError } from '../../../src/graph/errors/graph-error.js';
import { GraphController } from '../../../src/routes/graph-controller.js';

const LOST = Object.assign(new Error('database is locked'), { code: 'SQLITE_BUSY' });

@GraphController('things')
class ThingsController {
  @Post()
  create(): never {
    throw LOST;
  }

  @Post('later')
  async createLater(): Promise<never> {
    await Promise.resolve();
    throw LOST;
  }

  @Post('fine')
  createFine(): object {
    return { id: 'fine' };
  }

  @Get()
  read(): never {
    throw LOST;
  }
}

/** Keeps what reaches the filters. */
@Catch()
class KeepingFilter implements ExceptionFilter {
  static caught: unknown;

  catch(thrown: unknown, host: ArgumentsHost): void {
    KeepingFilter.caught = thrown;
    void host.switchToHttp().getResponse<FastifyReply>().code(500).send('caught');
  }
}

@Module({ controllers: [ThingsController], providers: [{ provide: APP_FILTER, useClass: KeepingFilter }] })
class ThingsModule {}

describe('The interceptor of errors', () => {
  let app: NestFastifyApplication;
  beforeAll(async () => {
    app = await NestFactory.create<NestFastifyApplication>(ThingsModule, new FastifyAdapter() as never, {
      logger: false,
    });
    await app.init();
    await app.getHttpAdapter().getInstance().ready();
  });
  afterAll(() => app.close());

  it.each(['/beta/things', '/v1.0/things', '/beta/things/later'])(
    'maps what the handler of POST %s throws to its Graph error, with the cause',
    async (url) => {
      await app.inject({ method: 'POST', url });
      expect(KeepingFilter.caught).toBeInstanceOf(GraphError);
      expect(KeepingFilter.caught).toMatchObject({ status: 503, code: 'ServiceNotAvailable', cause: LOST });
    },
  );

  it('leaves what a writing handler returns as it is', async () => {
    const answer = await app.inject({ method: 'POST', url: '/beta/things/fine' });
    expect(answer.json()).toEqual({ id: 'fine' });
  });

  it('is not bound to routes that read: the filter maps what they throw', async () => {
    await app.inject({ url: '/beta/things' });
    expect(KeepingFilter.caught).toBe(LOST);
  });
});
