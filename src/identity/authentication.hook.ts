import { Injectable } from '@nestjs/common';
import type { FastifyRequest, HookHandlerDoneFunction } from 'fastify';
import { accessTokenEmpty } from '../graph/errors/catalogue/authentication.js';
import { TokenVerifier } from './tokens/token-verifier.js';

const BEARER = /^bearer\s+(\S.*)$/i;

/** Runs when a request was routed and nothing of its body was read: a stranger cannot make the server parse anything. */
@Injectable()
export class AuthenticationHook {
  constructor(private readonly verifier: TokenVerifier) {}

  /** @throws (through `done`) the 401 errors of the catalogue, issuerNotAvailable */
  onRequest(request: FastifyRequest, done: HookHandlerDoneFunction): void {
    const { access } = request.routeOptions.config;
    if (access === undefined || access === 'public') return done();
    const token = BEARER.exec(request.headers.authorization ?? '')?.[1]?.trim();
    if (token === undefined) return done(accessTokenEmpty());
    request.caller = this.verifier.cached(token);
    if (request.caller !== undefined) return done();
    void this.verify(token, request, done);
  }

  private async verify(token: string, request: FastifyRequest, done: HookHandlerDoneFunction): Promise<void> {
    let failure: Error | undefined;
    try {
      request.caller = await this.verifier.verify(token);
    } catch (error) {
      failure = error as Error;
    }
    done(failure);
  }
}
