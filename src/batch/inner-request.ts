import type { FastifyRequest, InjectOptions } from 'fastify';
import { contextOf } from '../graph/http/request-context.js';
import type { Step } from './batch-steps.js';

/** What is said of the connection, not of a request in it: a batch has one connection, and its requests cannot change it. */
const OF_THE_CONNECTION =
  /^(host|forwarded|x-forwarded-.*|content-length|transfer-encoding|connection|keep-alive|te|trailer|upgrade|expect)$/;

const isForwarding = (name: string): boolean => /^(host|forwarded|x-forwarded-.*)$/.test(name);

/** What every request of a batch has from the batch: where it came from, and, unless it has its own, who sends it. */
function inherited(outer: FastifyRequest): Record<string, string> {
  const headers: Record<string, string> = { 'client-request-id': contextOf(outer).clientRequestId };
  for (const [name, value] of Object.entries(outer.headers)) {
    if (value === undefined) continue;
    if (name === 'authorization' || name === 'user-agent' || isForwarding(name)) {
      headers[name] = String(value);
    }
  }
  return headers;
}

/** A request of a batch, as the router takes it: of the same version, origin and address as the batch. */
export function innerRequest(outer: FastifyRequest, step: Step): InjectOptions {
  const own = Object.entries(step.headers).filter(([name]) => !OF_THE_CONNECTION.test(name));
  return {
    method: step.method,
    url: `/${contextOf(outer).version ?? 'beta'}${step.url}`,
    headers: { ...inherited(outer), ...Object.fromEntries(own) },
    payload: step.payload,
    remoteAddress: outer.raw.socket.remoteAddress,
  };
}
