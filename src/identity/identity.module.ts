import { type DynamicModule, Module, type Provider } from '@nestjs/common';
import { APP_GUARD, DiscoveryModule } from '@nestjs/core';
import type { Configuration, DatabaseConfiguration } from '../config/configuration.js';
import { Database } from '../database/database.js';
import { AuthenticationHook } from './authentication.hook.js';
import { DiscoveryController } from './local/discovery.controller.js';
import { DocsTokenController, servesDocsToken } from './local/docs-token.controller.js';
import { IdentityRoutes } from './local/identity-routes.js';
import { localApps, registeredApps } from './local/local-apps.js';
import { LocalIssuer } from './local/local-issuer.js';
import { LOCAL_SECRETS, type LocalSecrets, localSecrets } from './local/local-store.js';
import { storedSecrets } from './local/stored-secrets.js';
import { LocalApps, TokenController } from './local/token.controller.js';
import { DeclarationCheck } from './permissions/declaration-check.js';
import { PermissionGuard } from './permissions/permission.guard.js';
import { OidcKeys } from './tokens/oidc-keys.js';
import { TokenKeys, TokenVerifier } from './tokens/token-verifier.js';

/** Where every server sees them: in the file beside a SQLite database, and in PostgreSQL itself. */
async function secretsOf({ type }: DatabaseConfiguration, dataDir: string): Promise<Provider> {
  return type === 'postgres'
    ? {
        provide: LOCAL_SECRETS,
        inject: [Database],
        useFactory: storedSecrets,
      }
    : { provide: LOCAL_SECRETS, useValue: await localSecrets(dataDir) };
}

/** Who is calling, and what they may: tokens, permission declarations, and the local issuer where it is configured. */
@Module({})
export class IdentityModule {
  /** @throws {ConfigurationError} for a LOCAL_APPS file that is wrong */
  static async with(configuration: Configuration): Promise<DynamicModule> {
    const { identity, database, dataDir } = configuration;
    const common: DynamicModule = {
      module: IdentityModule,
      global: true,
      imports: [DiscoveryModule],
      providers: [
        TokenVerifier,
        AuthenticationHook,
        DeclarationCheck,
        { provide: APP_GUARD, useClass: PermissionGuard },
      ],
      exports: [AuthenticationHook],
    };
    if (identity.mode === 'oidc') {
      return {
        ...common,
        providers: [...common.providers!, { provide: TokenKeys, useValue: new OidcKeys(identity.issuer) }],
      };
    }
    const registered = registeredApps(identity.appsFile);
    return {
      ...common,
      controllers: [
        TokenController,
        DiscoveryController,
        ...(servesDocsToken(configuration) ? [DocsTokenController] : []),
      ],
      providers: [
        ...common.providers!,
        await secretsOf(database, dataDir),
        IdentityRoutes,
        {
          provide: LocalIssuer,
          inject: [LOCAL_SECRETS],
          useFactory: (secrets: LocalSecrets) => new LocalIssuer(identity, secrets),
        },
        { provide: TokenKeys, useExisting: LocalIssuer },
        {
          provide: LocalApps,
          inject: [LOCAL_SECRETS],
          useFactory: ({ clientSecret }: LocalSecrets) => localApps(clientSecret, registered),
        },
      ],
      exports: [...common.exports!, LocalIssuer, LocalApps],
    };
  }
}
