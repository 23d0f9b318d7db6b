import { Injectable, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { GraphErrorFilter } from '../../graph/errors/graph-error.filter.js';
import { DOCS_TOKEN_PATH } from './docs-token.controller.js';
import { oauthErrorOf } from './oauth-error.js';

/** What lies below a tenant: endpoints, keys and discovery documents. */
const AUTHORITY = /^\/(?!(?:beta|v1\.0)\/)[^/?]*\/(?:oauth2|discovery|v2\.0|\.well-known)(?:[/?]|$)/i;
/** What pages of any origin may read, as they may at Entra: it says nothing that needs a credential. */
const READABLE = /\/(?:\.well-known\/openid-configuration|discovery\/[^?]+)(?:\?|$)/i;
const DOCS_TOKEN = new RegExp(`^/${DOCS_TOKEN_PATH}/?(?:\\?|$)`, 'i');

/** The leave to read a token that a secret opened is never given to a page of another origin. */
function forbidOtherOrigins(reply: FastifyReply): void {
  for (const name of Object.keys(reply.getHeaders()))
    if (name.startsWith('access-control-')) void reply.removeHeader(name);
}

/**
 * What the identity routes have of their own, also where no handler runs: errors in OAuth's form (docs/contract/field.md#5.9),
 * and leave for pages of other origins (docs/contract/field.md#6, CORS).
 */
@Injectable()
export class IdentityRoutes implements OnModuleInit {
  constructor(
    private readonly adapter: HttpAdapterHost,
    private readonly filter: GraphErrorFilter,
  ) {}

  onModuleInit(): void {
    this.filter.setOtherForm((error, { url, method }) =>
      AUTHORITY.test(url) ? oauthErrorOf(error, method) : undefined,
    );
    const fastify = this.adapter.httpAdapter.getInstance<FastifyInstance>();
    fastify.addHook('onSend', ({ url }, reply, _payload, done) => {
      if (AUTHORITY.test(url) && READABLE.test(url)) {
        void reply
          .header('access-control-allow-origin', '*')
          .removeHeader('access-control-allow-credentials');
      } else if (AUTHORITY.test(url) || DOCS_TOKEN.test(url)) {
        forbidOtherOrigins(reply);
      }
      done();
    });
  }
}
