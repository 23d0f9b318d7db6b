import { Controller, Header, HttpCode, Post, Req } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { type Configuration, isLoopback } from '../../config/configuration.js';
import { Clock } from '../../graph/clock.js';
import { Public } from '../permissions/require-permissions.js';
import { FIRST_APP_ID } from './local-apps.js';
import { LocalIssuer } from './local-issuer.js';
import { notTheDocumentation } from './oauth-error.js';
import { DEFAULT_TENANT } from './tenant.js';
import { LocalApps } from './token.controller.js';

/** Where the documentation page takes a token from. */
export const DOCS_TOKEN_PATH = 'docs/token';

const LIFETIME_SECONDS = 3599;

/** A name of this machine, to which no page on the internet can point a name of its own (DNS rebinding). */
const OWN_HOST = /^(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/i;

/** The headers of a proxy. Behind one, the client may be on another machine. */
const PROXY_HEADERS = [
  'forwarded',
  'via',
  'x-forwarded-for',
  'x-forwarded-host',
  'x-forwarded-proto',
  'x-real-ip',
];

/** Whether the documentation page needs no secret: the server issues its own tokens, and only this machine can reach it. */
export const servesDocsToken = ({ identity, server }: Configuration): boolean =>
  identity.mode === 'local' && isLoopback(server.host) && server.trustProxy === false;

/** A token of the first application for the documentation page, which has no secret to show. */
@ApiExcludeController()
@Controller()
export class DocsTokenController {
  constructor(
    private readonly issuer: LocalIssuer,
    private readonly apps: LocalApps,
    private readonly clock: Clock,
  ) {}

  /** @throws OAuthError notTheDocumentation, unless a page of this very origin asks, at this machine */
  @Post(DOCS_TOKEN_PATH)
  @Public()
  @HttpCode(200)
  @Header('cache-control', 'no-store')
  async token(@Req() { headers, protocol }: FastifyRequest): Promise<object> {
    const { host = '', origin, 'sec-fetch-site': site } = headers;
    if (
      !OWN_HOST.test(host) ||
      origin !== `${protocol}://${host}` ||
      (site !== undefined && site !== 'same-origin') ||
      PROXY_HEADERS.some((name) => headers[name] !== undefined)
    )
      throw notTheDocumentation();
    const { id, name, permissions } = this.apps.get(FIRST_APP_ID)!;
    const request = {
      tenantId: DEFAULT_TENANT,
      appId: id,
      appName: name,
      permissions,
      lifetimeSeconds: LIFETIME_SECONDS,
    };
    return {
      token_type: 'Bearer',
      expires_in: LIFETIME_SECONDS,
      access_token: await this.issuer.issue(request, this.clock.now()),
    };
  }
}
