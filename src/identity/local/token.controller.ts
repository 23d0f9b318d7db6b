import { timingSafeEqual } from 'node:crypto';
import { Controller, Header, HttpCode, Param, Post, Req } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { Configuration } from '../../config/configuration.js';
import { Clock } from '../../graph/clock.js';
import { contextOf } from '../../graph/http/request-context.js';
import { Public } from '../permissions/require-permissions.js';
import { ASSERTION_TYPE, checkAssertion } from './client-assertion.js';
import { type LocalApp } from './local-apps.js';
import { LocalIssuer } from './local-issuer.js';
import {
  applicationNotFound,
  assertionTypeNotSupported,
  clientCredentialMissing,
  clientSecretExpired,
  clientSecretNotValid,
  grantTypeNotSupported,
  resourceNotFound,
  scopeNotValid,
} from './oauth-error.js';
import { namedTenant } from './tenant.js';
import { TokenRequest } from './token-request.js';

/** As Entra's: an hour, less the second it took. */
const LIFETIME_SECONDS = 3599;

/** Of OpenID Connect, for signed-in users; MSAL sends them with client credentials, too (docs/contract/field.md#5.1). */
const SCOPES_OF_USERS = new Set(['openid', 'profile', 'offline_access', 'email']);

/** The registered applications, by id in lower case. */
export abstract class LocalApps extends Map<string, LocalApp> {}

interface Authenticated {
  readonly app: LocalApp;
  readonly tenantId: string;
  readonly sent: TokenRequest;
  readonly now: Date;
}

const sameSecret = (given: string, known: string): boolean => {
  const [a, b] = [Buffer.from(given), Buffer.from(known)];
  return a.length === b.length && timingSafeEqual(a, b);
};

const unslashed = (resource: string): string => resource.replace(/\/$/, '');

/** The token endpoints that `IDENTITY=local` brings: what MSAL and plain OAuth clients ask of Entra (docs/contract/clients.md). */
@ApiExcludeController()
@Controller()
export class TokenController {
  constructor(
    private readonly configuration: Configuration,
    private readonly issuer: LocalIssuer,
    private readonly apps: LocalApps,
    private readonly clock: Clock,
  ) {}

  /** Client credentials. @throws OAuthError in Entra's form */
  @Post(':tenant/oauth2/v2.0/token')
  @Public()
  @HttpCode(200)
  @Header('cache-control', 'no-store')
  async token(@Param('tenant') tenant: string, @Req() request: FastifyRequest): Promise<object> {
    const client = await this.authenticate(tenant, request);
    const audience = this.audienceOfScope(client.sent.required('scope'));
    return {
      token_type: 'Bearer',
      expires_in: LIFETIME_SECONDS,
      ext_expires_in: LIFETIME_SECONDS,
      access_token: await this.issueTo(client, audience),
    };
  }

  /**
   * The older endpoint, where `resource` says for what, and numbers are text (docs/contract/field.md#5.5).
   * @throws OAuthError in Entra's form
   */
  @Post(':tenant/oauth2/token')
  @Public()
  @HttpCode(200)
  @Header('cache-control', 'no-store')
  async olderToken(@Param('tenant') tenant: string, @Req() request: FastifyRequest): Promise<object> {
    const client = await this.authenticate(tenant, request);
    const resource = client.sent.required('resource');
    const audience = this.audienceOf(resource.trim());
    if (audience === undefined) {
      throw resourceNotFound(resource, client.tenantId, this.configuration.identity.audiences);
    }
    const issuedAt = Math.floor(client.now.getTime() / 1000);
    return {
      token_type: 'Bearer',
      expires_in: String(LIFETIME_SECONDS),
      ext_expires_in: String(LIFETIME_SECONDS),
      expires_on: String(issuedAt + LIFETIME_SECONDS),
      not_before: String(issuedAt),
      resource,
      access_token: await this.issueTo(client, audience),
    };
  }

  /** Who asks, and in which tenant. @throws OAuthError */
  private async authenticate(tenant: string, request: FastifyRequest): Promise<Authenticated> {
    const tenantId = namedTenant(tenant);
    const sent = await TokenRequest.of(request);
    if (sent.required('grant_type') !== 'client_credentials') throw grantTypeNotSupported();
    const appId = sent.clientId;
    const app = this.apps.get(appId.toLowerCase());
    if (app === undefined) throw applicationNotFound(appId, tenant);
    const now = this.clock.now();
    const assertion = sent.optional('client_assertion');
    if (assertion !== undefined) {
      const type = sent.required('client_assertion_type');
      if (type !== ASSERTION_TYPE) throw assertionTypeNotSupported(type);
      const { origin } = contextOf(request);
      const issuer = this.issuer.issuerOf(tenantId);
      await checkAssertion(assertion, app, { origin, tenant, tenantId, issuer, now });
    } else {
      const { secret } = sent;
      if (secret === undefined) throw clientCredentialMissing();
      if (app.secret === undefined || !sameSecret(secret, app.secret)) throw clientSecretNotValid(app.id);
      if (app.secretExpires !== undefined && new Date(app.secretExpires) <= now)
        throw clientSecretExpired(app.id);
    }
    return { app, tenantId, sent, now };
  }

  private issueTo({ app, tenantId, now }: Authenticated, audience: string): Promise<string> {
    return this.issuer.issue(
      {
        tenantId,
        appId: app.id,
        appName: app.name,
        permissions: app.permissions,
        lifetimeSeconds: LIFETIME_SECONDS,
        audience,
      },
      now,
    );
  }

  private audienceOf(resource: string): string | undefined {
    return this.configuration.identity.audiences.find(
      (candidate) => unslashed(candidate) === unslashed(resource),
    );
  }

  /** @throws OAuthError scopeNotValid */
  private audienceOfScope(scope: string): string {
    const scopes = scope.split(/\s+/).filter((name) => name !== '' && !SCOPES_OF_USERS.has(name));
    const [wanted = '', ...others] = new Set(scopes);
    const audience = this.audienceOf(wanted.replace(/\/\.default$/, ''));
    if (!wanted.endsWith('/.default') || others.length > 0 || audience === undefined)
      throw scopeNotValid(scope, this.configuration.identity.audiences);
    return audience;
  }
}
