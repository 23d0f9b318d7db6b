import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Clock } from '../graph/clock.js';
import { batchWithinBatch, dependencyFailed } from '../graph/errors/catalogue/batch.js';
import { unexpectedFailure } from '../graph/errors/catalogue/service.js';
import type { GraphError } from '../graph/errors/graph-error.js';
import { batchOfRequest } from '../graph/http/client-left.js';
import { refusalOf, shownPath } from '../graph/errors/refusal.js';
import { contextOf } from '../graph/http/request-context.js';
import { readSteps, type Step } from './batch-steps.js';
import { asJson, type InnerAnswer, innerAnswer, innerFailure } from './inner-answer.js';
import { innerRequest } from './inner-request.js';

/** Makes the requests of a batch, each through the whole application as if it had come alone (contract, api.md section 6.6). */
@Injectable()
export class BatchService {
  constructor(
    private readonly host: HttpAdapterHost,
    private readonly clock: Clock,
  ) {}

  /**
   * The answers in the order of the requests, as JSON text. Requests wait for those that they depend on, and for no others.
   * @throws batchWithinBatch, batchTooLong, batchNotValid
   */
  async run(outer: FastifyRequest, requests: unknown): Promise<string> {
    if (batchOfRequest.getStore()) throw batchWithinBatch();
    const steps = readSteps(requests);
    const answers: Promise<InnerAnswer>[] = [];
    const answerOf = (place: number): Promise<InnerAnswer> =>
      (answers[place] ??= this.make(outer, steps, place, answerOf));
    const entries = await Promise.all(steps.map(async ({ id }, place) => asJson(id, await answerOf(place))));
    return `{"responses":[${entries.join(',')}]}`;
  }

  private async make(
    outer: FastifyRequest,
    steps: readonly Step[],
    place: number,
    answerOf: (place: number) => Promise<InnerAnswer>,
  ): Promise<InnerAnswer> {
    const step = steps[place]!;
    const before = await Promise.all(
      step.dependsOn.map(async (other) => ({ id: steps[other]!.id, ...(await answerOf(other)) })),
    );
    const failed = before.filter(({ status }) => status >= 400).map(({ id }) => id);
    return failed.length > 0 ? this.fail(outer, step, dependencyFailed(failed)) : this.send(outer, step);
  }

  private async send(outer: FastifyRequest, step: Step): Promise<InnerAnswer> {
    const fastify = this.host.httpAdapter.getInstance<FastifyInstance>();
    try {
      // `inject` begins when it is awaited, so that has to be within.
      return innerAnswer(
        await batchOfRequest.run(outer, async () => await fastify.inject(innerRequest(outer, step))),
      );
    } catch (error) {
      return this.fail(outer, step, unexpectedFailure(error));
    }
  }

  /** The answer to a request that the router does not see; so its log line is written here. */
  private fail(outer: FastifyRequest, { method, url }: Step, error: GraphError): InnerAnswer {
    const ids = { requestId: randomUUID(), clientRequestId: contextOf(outer).clientRequestId };
    if (error.cause !== undefined)
      outer.log.error({ err: error.cause, innerRequestId: ids.requestId }, error.code);
    outer.server.log.info(
      {
        ...ids,
        method,
        path: `/${contextOf(outer).version ?? 'beta'}${shownPath(url)}`,
        status: error.status,
        tenant: outer.caller?.tenantId,
        app: outer.caller?.appId,
        error: refusalOf(error),
      },
      'request',
    );
    return innerFailure(error, ids, this.clock.now());
  }
}
