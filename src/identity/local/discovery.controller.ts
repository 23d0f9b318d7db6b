import { Controller, Get, Param, Query, Req } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { contextOf } from '../../graph/http/request-context.js';
import { Public } from '../permissions/require-permissions.js';
import { LocalIssuer } from './local-issuer.js';
import { instanceNotValid } from './oauth-error.js';
import { issuerTenantOf, tenantSegmentOf } from './tenant.js';

/** The names of Entra's public cloud, for which programs ask that are led here from one of them. */
const ENTRA_HOSTS = [
  'login.microsoftonline.com',
  'login.windows.net',
  'login.microsoft.com',
  'sts.windows.net',
];

const LOOPBACK_HOSTS = new Set(['localhost', '127.0.0.1', '[::1]']);

/** One authority under several names: where to ask it, under which name to keep its tokens. */
interface Instance {
  readonly preferred_network: string;
  readonly preferred_cache: string;
  readonly aliases: readonly string[];
}

const lone = (name: string): Instance => ({
  preferred_network: name,
  preferred_cache: name,
  aliases: [name],
});

/** With its port, as most clients look for it, and without it, as MSAL for Java does. */
function instancesOf({ host, hostname }: URL): Instance[] {
  if (ENTRA_HOSTS.includes(host)) {
    const [network, cache] = ENTRA_HOSTS as [string, string];
    return [{ preferred_network: network, preferred_cache: cache, aliases: ENTRA_HOSTS }];
  }
  return [...new Set([host, hostname])].map(lone);
}

/** What one may know of the local authority without a credential (docs/contract/clients.md; docs/contract/field.md#5.9). */
@ApiExcludeController()
@Controller()
export class DiscoveryController {
  constructor(private readonly issuer: LocalIssuer) {}

  /** Every link is at the origin that the client used; MSAL wants the first four members. */
  @Get(':tenant/v2.0/.well-known/openid-configuration')
  @Public()
  discovery(@Param('tenant') tenant: string, @Req() request: FastifyRequest): object {
    return this.documentOf(tenant, request, '/v2.0');
  }

  /** The document of the older endpoints. */
  @Get(':tenant/.well-known/openid-configuration')
  @Public()
  olderDiscovery(@Param('tenant') tenant: string, @Req() request: FastifyRequest): object {
    return this.documentOf(tenant, request, '');
  }

  @Get([':tenant/discovery/v2.0/keys', ':tenant/discovery/keys'])
  @Public()
  keys(@Param('tenant') tenant: string): object {
    issuerTenantOf(tenant);
    return { keys: [this.issuer.publicKey] };
  }

  /**
   * Whether a host is an authority to be trusted, and where its discovery document is.
   * @throws OAuthError instanceNotValid, tenantNotValid
   */
  @Get(':tenant/discovery/instance')
  @Public()
  instance(
    @Param('tenant') tenant: string,
    @Query('authorization_endpoint') endpoint: string | string[] | undefined,
    @Query('api-version') version: string | string[] | undefined,
    @Req() request: FastifyRequest,
  ): object {
    issuerTenantOf(tenant);
    const { origin } = contextOf(request);
    const asked = endpoint ?? `${origin}/${tenant}/oauth2/v2.0/authorize`;
    if (typeof asked !== 'string' || !URL.canParse(asked)) throw instanceNotValid(String(endpoint));
    const url = new URL(asked);
    if (
      url.host !== new URL(origin).host &&
      !LOOPBACK_HOSTS.has(url.hostname) &&
      !ENTRA_HOSTS.includes(url.host)
    )
      throw instanceNotValid(asked);
    const named = tenantSegmentOf(url) || tenant;
    issuerTenantOf(named);
    const path = /\/oauth2\/v2\.0(\/|$)/i.test(url.pathname) ? '/v2.0' : '';
    return {
      tenant_discovery_endpoint: `${origin}/${encodeURIComponent(named)}${path}/.well-known/openid-configuration`,
      'api-version': version === '1.0' ? '1.0' : '1.1',
      metadata: instancesOf(url),
    };
  }

  private documentOf(tenant: string, request: FastifyRequest, version: '/v2.0' | ''): object {
    const issuer = this.issuer.issuerOf(issuerTenantOf(tenant));
    const authority = `${contextOf(request).origin}/${encodeURIComponent(tenant)}`;
    return {
      issuer,
      authorization_endpoint: `${authority}/oauth2${version}/authorize`,
      token_endpoint: `${authority}/oauth2${version}/token`,
      jwks_uri: `${authority}/discovery${version}/keys`,
      grant_types_supported: ['client_credentials'],
      response_types_supported: ['token'],
      subject_types_supported: ['pairwise'],
      id_token_signing_alg_values_supported: ['RS256'],
      token_endpoint_auth_methods_supported: ['client_secret_post', 'client_secret_basic', 'private_key_jwt'],
    };
  }
}
