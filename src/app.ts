import 'reflect-metadata';
import { randomUUID } from 'node:crypto';
import type { RequestListener } from 'node:http';
import type { Socket } from 'node:net';
import { callbackify } from 'node:util';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { type FastifyInstance, type FastifyReply, type FastifyRequest, LogController } from 'fastify';
import type { Logger } from 'pino';
import { AppModule } from './app.module.js';
import type { Configuration } from './config/configuration.js';
import { Database } from './database/database.js';
import { Clock } from './graph/clock.js';
import { answerBrokenHttp } from './graph/errors/broken-http.js';
import { GraphError } from './graph/errors/graph-error.js';
import { GraphErrorFilter } from './graph/errors/graph-error.filter.js';
import { Outage } from './graph/errors/outage.js';
import { isLarge, stringifiedExactly, stringifyExactly } from './graph/http/exact-json.js';
import { atOnce, inTurns, type Steps } from './graph/turns.js';
import { commonHeaders, contextOf } from './graph/http/request-context.js';
import { odataAnswer } from './graph/odata/odata-answer.js';
import { routable, RouteTable } from './graph/http/route-table.js';
import { UnderWay } from './graph/http/under-way.js';
import { WaitingConnections } from './graph/http/waiting-connections.js';
import { AuthenticationHook } from './identity/authentication.hook.js';
import { createLogger, NestLog } from './logging/logger.js';
import { logRequest } from './logging/request-log.js';
import { setUpDocuments } from './openapi/documents.js';
import { frontends, letOthersRead } from './frontends.js';
import { certificateOf } from './tls/certificate.js';
import { type FactoryOptions, serveBoth } from './tls/two-protocols.js';

/** An item id may have 128 characters; percent-encoded, three times that. */
const LONGEST_SEGMENT = 512;

/** A long `$filter` is to be refused by the reader of filters, which says why. */
const LARGEST_HEADER_BYTES = 262_144;

/** A client that sends its request more slowly than this is holding a connection, not sending a request. */
const SLOWEST_REQUEST_MS = 120_000;

/** Which proxies are believed. Fastify believes nobody where it is given a number itself (docs/contract/field.md#5.8). */
const trusted = (
  proxies: Configuration['server']['trustProxy'],
): boolean | string | ((address: string, hop: number) => boolean) =>
  typeof proxies === 'number' ? (_address, hop) => hop < proxies : proxies;

const WITHOUT_BODY: ReadonlySet<string> = new Set(['GET', 'DELETE']);

/** What may have to look through all rows of a collection takes as many places as a large answer. */
const LOOKS_THROUGH_ROWS = /[?&](?:\$|%24)?(?:filter|search|count|skip)=|\/(?:\$|%24)count/i;
const BYTES_OF_LOOKING = 1_000_000;

/** A large answer, whose text was written in steps. */
class Written {
  constructor(readonly text: string) {}
}

const writeInTurns = callbackify(async (answer: Steps<object>) => {
  const body = await inTurns(answer);
  return new Written(await inTurns(stringifiedExactly(body)));
});

/** Whoever watches a server is answered however much there is to do. */
const isForOperators = ({ routeOptions: { url = '' } }: FastifyRequest): boolean =>
  url.startsWith('/health/') || url === '/metrics';

/**
 * The server, ready to listen; the program and every test use it.
 * @throws {ConfigurationError} where the configuration names what cannot be had
 */
export async function createApp(
  configuration: Configuration,
  logger: Logger = createLogger(configuration.log),
): Promise<NestFastifyApplication> {
  const clock = new Clock();
  // Said when nothing worse has ended the start.
  const warnings: string[] = [];
  const certificate = await certificateOf(configuration, clock.now(), (message) => warnings.push(message));
  const adapter = new FastifyAdapter({
    loggerInstance: logger,
    logController: new LogController({ disableRequestLogging: true, requestIdLogLabel: 'requestId' }),
    genReqId: () => randomUUID(),
    trustProxy: trusted(configuration.server.trustProxy),
    return503OnClosing: false,
    // No Connect middleware is used, and its hook would run for every request.
    skipMiddie: true,
    forceCloseConnections: 'idle',
    requestTimeout: SLOWEST_REQUEST_MS,
    http: { maxHeaderSize: LARGEST_HEADER_BYTES },
    serverFactory: (handler: RequestListener, options: FactoryOptions) =>
      serveBoth(handler, options, certificate),
    rewriteUrl: ({ url = '/' }: { url?: string }) => routable(url),
    routerOptions: { maxParamLength: LONGEST_SEGMENT, caseSensitive: false, ignoreTrailingSlash: true },
    frameworkErrors: (error: Error, request: FastifyRequest, reply: FastifyReply) => {
      // No hook runs for what the router refuses, the one that logs neither.
      reply.raw.once('finish', () => logRequest(request, reply));
      letOthersRead(request, reply, configuration);
      filter.send(error, request, reply);
    },
    clientErrorHandler: (error: Error, socket: Socket) =>
      answerBrokenHttp(error, socket, clock.now(), (line) => logger.info(line, 'request')),
  } as ConstructorParameters<typeof FastifyAdapter>[0]);
  const app = await NestFactory.create<NestFastifyApplication>(await AppModule.with(configuration), adapter, {
    logger: new NestLog(logger),
    bodyParser: false,
    abortOnError: false,
  });
  const filter = app.get(GraphErrorFilter);
  const routes = app.get(RouteTable);
  const authentication = app.get(AuthenticationHook);
  const { heartbeat } = app.get(Database);
  if (heartbeat !== undefined) app.get(Outage).watch(heartbeat);

  const fastify = adapter.getInstance<FastifyInstance>();
  new WaitingConnections().watch(fastify.server);
  const { trustProxy } = configuration.server;
  fastify.decorate('trustedProxies', typeof trustProxy === 'number' ? trustProxy : undefined);
  // No parser runs before the guard: `GraphBody` reads the body itself, when the caller may send one.
  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser('*', (_request, _payload, done) => done(null));
  fastify.setReplySerializer((payload) =>
    payload instanceof Written ? payload.text : stringifyExactly(payload),
  );
  fastify.addHook('onRoute', ({ method, url, config }) =>
    routes.add(method, url, config?.alwaysRefused === true),
  );
  fastify.addHook('onRequest', (request, reply, done) => {
    void reply.headers(commonHeaders(contextOf(request)));
    done();
  });
  frontends(app, configuration);
  const underWay = app.get(UnderWay);
  fastify.addHook('onRequest', (request, reply, done) => {
    if (!isForOperators(request)) underWay.begin(request, reply);
    done();
  });
  fastify.addHook('onRequest', (request, _reply, done) => done(routes.misrouted(request)));
  fastify.addHook('onRequest', (request, _reply, done) => authentication.onRequest(request, done));
  fastify.addHook('onRequest', (request, _reply, done) => {
    const { caller } = request;
    if (caller !== undefined) underWay.belongs(request, `${caller.tenantId} ${caller.appId.toLowerCase()}`);
    done();
  });
  fastify.addHook('preHandler', async (request) => {
    // What has a body is worked on when that is read.
    if (request.caller === undefined || !WITHOUT_BODY.has(request.method)) return;
    await request.underWay?.enter(LOOKS_THROUGH_ROWS.test(request.url) ? BYTES_OF_LOOKING : 0);
  });
  fastify.addHook('preSerialization', (request, reply, value: object, done) => {
    const answer = odataAnswer(request, reply, value);
    if (isLarge(value)) writeInTurns(answer, done);
    else done(null, atOnce(answer));
  });
  fastify.addHook('onSend', (request, reply, payload, done) => {
    const answer = underWay.answer(request, reply.statusCode, payload);
    if (!(answer instanceof GraphError)) return done(null, answer);
    void reply.removeHeader('odata-version');
    done(null, filter.render(answer, request, reply));
  });
  fastify.addHook('onResponse', (request, reply, done) => {
    logRequest(request, reply);
    done();
  });
  setUpDocuments(app, configuration);
  await app.init();
  await fastify.ready();
  for (const warning of warnings) logger.warn(warning);
  return app;
}
