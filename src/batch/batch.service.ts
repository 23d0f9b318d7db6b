import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { Semaphore } from 'async-mutex';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Clock } from '../graph/clock.js';
import { batchAnswersTooLarge, batchWithinBatch, dependencyFailed } from '../graph/errors/catalogue/batch.js';
import { unexpectedFailure } from '../graph/errors/catalogue/service.js';
import { GraphError } from '../graph/errors/graph-error.js';
import { printablePath, refusalOf } from '../graph/errors/failure-log.js';
import { batchOfRequest } from '../graph/http/parameters.js';
import { contextOf } from '../graph/http/request-context.js';
import { readSteps, type Step } from './batch-steps.js';
import { asJson, type InnerAnswer, innerAnswer, innerFailure, innerRequest } from './inner-request.js';

/** How many bytes the answers of a batch may have before no further request of it is made: two of the largest pages. */
const MOST_BYTES_OF_ANSWERS = 8_000_000;

/**
 * How many requests of a batch are under way at the same moment: enough for writes to share their commits, and few enough
 * that not all of its answers are there before any of them is counted.
 */
const AT_ONCE = 4;

/** A body that is unpacked may be four megabytes, whatever it has in the batch: it is read alone. */
const placesOf = ({ headers }: Step): number => (headers['content-encoding'] === undefined ? 1 : AT_ONCE);

/** The requests of one batch that are under way, and what those before have answered. */
class Progress {
  private bytes = 0;
  private readonly places = new Semaphore(AT_ONCE);

  /** @throws batchAnswersTooLarge where the answers have enough bytes, so that the request was not made */
  run(step: Step, make: () => Promise<InnerAnswer>): Promise<InnerAnswer> {
    return this.places.runExclusive(async () => {
      if (this.bytes >= MOST_BYTES_OF_ANSWERS) throw batchAnswersTooLarge(MOST_BYTES_OF_ANSWERS);
      const answer = await make();
      this.bytes += answer.body?.length ?? 0;
      return answer;
    }, placesOf(step));
  }
}

/** Makes the requests of a batch, each through the whole application as if it had come alone (docs/contract/api.md#6.6). */
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
    const progress = new Progress();
    const answers: Promise<InnerAnswer>[] = [];
    const answerOf = (place: number): Promise<InnerAnswer> =>
      (answers[place] ??= this.make(outer, steps, place, answerOf, progress));
    const entries = await Promise.all(steps.map(async ({ id }, place) => asJson(id, await answerOf(place))));
    return `{"responses":[${entries.join(',')}]}`;
  }

  private async make(
    outer: FastifyRequest,
    steps: readonly Step[],
    place: number,
    answerOf: (place: number) => Promise<InnerAnswer>,
    progress: Progress,
  ): Promise<InnerAnswer> {
    const step = steps[place]!;
    const before = await Promise.all(
      step.dependsOn.map(async (other) => ({ id: steps[other]!.id, ...(await answerOf(other)) })),
    );
    const failed = before.filter(({ status }) => status >= 400).map(({ id }) => id);
    if (failed.length > 0) return this.fail(outer, step, dependencyFailed(failed));
    try {
      return await progress.run(step, () => this.send(outer, step));
    } catch (error) {
      return this.fail(outer, step, error instanceof GraphError ? error : unexpectedFailure(error));
    }
  }

  private async send(outer: FastifyRequest, step: Step): Promise<InnerAnswer> {
    const fastify = this.host.httpAdapter.getInstance<FastifyInstance>();
    // `inject` begins when it is awaited, so that has to be within.
    return innerAnswer(
      await batchOfRequest.run(outer, async () => await fastify.inject(innerRequest(outer, step))),
    );
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
        path: `/${contextOf(outer).version ?? 'beta'}${printablePath(url)}`,
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
