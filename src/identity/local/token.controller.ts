import { timingSafeEqual } from 'node:crypto';
import { Controller, Get, Header, HttpCode, Param, Post, Req } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { Configuration } from '../../config/configuration.js';
import { Clock } from '../../graph/clock.js';
import { readBody } from '../../graph/http/read-body.js';
import { contextOf } from '../../graph/http/request-context.js';
import { Public } from '../permissions/require-permissions.js';
import { type LocalApp } from './local-apps.js';
import { LocalIssuer } from './local-issuer.js';
import {
  applicationNotFound,
  clientSecretNotValid,
  grantTypeNotSupported,
  parameterMissing,
  scopeNotValid,
} from './oauth-error.js';
import { tenantIdOf } from './tenant.js';

/** As Entra's: an hour, less the second it took. */
const LIFETIME_SECONDS = 3599;

/** The registered applications, by id in lower case. */
export abstract class LocalApps extends Map<string, LocalApp> {}

const sameSecret = (given: string, known: string): boolean => {
  const [a, b] = [Buffer.from(given), Buffer.from(known)];
  return a.length === b.length && timingSafeEqual(a, b);
};

const formDecoded = (part: string): string =>
  new URLSearchParams(`v=${part.replaceAll('&', '%26')}`).get('v') ?? part;

/** `client_secret_basic`, as Swagger UI sends it: both parts are form-encoded before they are joined (RFC 6749, 2.3.1). */
function basicCredentials(header: string | undefined): [id?: string, secret?: string] {
  const encoded = /^basic\s+(\S+)$/i.exec(header ?? '')?.[1];
  if (encoded === undefined) return [];
  const [id = '', ...secret] = Buffer.from(encoded, 'base64').toString('utf8').split(':');
  return [formDecoded(id), formDecoded(secret.join(':'))];
}

function required(name: string, value: string | null | undefined): string {
  if (!value) throw parameterMissing(name);
  return value;
}

/** The token authority that `IDENTITY=local` brings: what MSAL and plain OAuth clients ask of Entra (contract, clients.md). */
@ApiExcludeController()
@Controller()
@Public()
export class TokenController {
  constructor(
    private readonly configuration: Configuration,
    private readonly issuer: LocalIssuer,
    private readonly apps: LocalApps,
    private readonly clock: Clock,
  ) {}

  /** Client credentials. @throws OAuthError in Entra's form */
  @Post(':tenant/oauth2/v2.0/token')
  @HttpCode(200)
  @Header('cache-control', 'no-store')
  async token(@Param('tenant') tenant: string, @Req() request: FastifyRequest): Promise<object> {
    const form = new URLSearchParams((await readBody(request.raw)).toString('utf8'));
    const [basicId, basicSecret] = basicCredentials(request.headers.authorization);
    if (required('grant_type', form.get('grant_type')) !== 'client_credentials')
      throw grantTypeNotSupported();
    const appId = required('client_id', form.get('client_id') || basicId);
    const app = this.apps.get(appId.toLowerCase());
    if (app === undefined) throw applicationNotFound(appId, tenant);
    const secret = required('client_secret', form.get('client_secret') || basicSecret);
    if (!sameSecret(secret, app.secret)) throw clientSecretNotValid(app.id);
    const audience = this.audienceOf(required('scope', form.get('scope')));
    const accessToken = await this.issuer.issue(
      {
        tenantId: tenantIdOf(tenant),
        appId: app.id,
        appName: app.name,
        permissions: app.permissions,
        lifetimeSeconds: LIFETIME_SECONDS,
        audience,
      },
      this.clock.now(),
    );
    return {
      token_type: 'Bearer',
      expires_in: LIFETIME_SECONDS,
      ext_expires_in: LIFETIME_SECONDS,
      access_token: accessToken,
    };
  }

  /** The four members that MSAL wants, at the origin that the client used. */
  @Get(':tenant/v2.0/.well-known/openid-configuration')
  discovery(@Param('tenant') tenant: string, @Req() request: FastifyRequest): object {
    const authority = `${contextOf(request).origin}/${encodeURIComponent(tenant)}`;
    return {
      issuer: this.issuer.issuerOf(tenantIdOf(tenant)),
      authorization_endpoint: `${authority}/oauth2/v2.0/authorize`,
      token_endpoint: `${authority}/oauth2/v2.0/token`,
      jwks_uri: `${authority}/discovery/v2.0/keys`,
      grant_types_supported: ['client_credentials'],
      response_types_supported: ['token'],
      subject_types_supported: ['pairwise'],
      id_token_signing_alg_values_supported: ['RS256'],
      token_endpoint_auth_methods_supported: ['client_secret_post', 'client_secret_basic'],
    };
  }

  @Get(':tenant/discovery/v2.0/keys')
  keys(): object {
    return { keys: [this.issuer.publicKey] };
  }

  private audienceOf(scope: string): string {
    const { audiences } = this.configuration.identity;
    const resource = scope
      .trim()
      .replace(/\/\.default$/, '')
      .replace(/\/$/, '');
    const audience = audiences.find((candidate) => candidate.replace(/\/$/, '') === resource);
    if (!scope.trim().endsWith('/.default') || audience === undefined) throw scopeNotValid(scope, audiences);
    return audience;
  }
}
