import { type DynamicModule, Module } from '@nestjs/common';
import { APP_GUARD, DiscoveryModule } from '@nestjs/core';
import type { Configuration } from '../config/configuration.js';
import { AuthenticationHook } from './authentication.hook.js';
import { localApps } from './local/local-apps.js';
import { LocalIssuer } from './local/local-issuer.js';
import { localSecrets } from './local/local-store.js';
import { LocalApps, TokenController } from './local/token.controller.js';
import { DeclarationCheck } from './permissions/declaration-check.js';
import { PermissionGuard } from './permissions/permission.guard.js';
import { OidcKeys } from './tokens/oidc-keys.js';
import { TokenKeys } from './tokens/token-keys.js';
import { TokenVerifier } from './tokens/token-verifier.js';

/** Who is calling, and what they may: tokens, permission declarations, and the local issuer where it is configured. */
@Module({})
export class IdentityModule {
  /** @throws {ConfigurationError} for a LOCAL_APPS file that is wrong */
  static async with({ identity, dataDir }: Configuration): Promise<DynamicModule> {
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
    const secrets = await localSecrets(dataDir);
    const issuer = new LocalIssuer(identity, secrets);
    return {
      ...common,
      controllers: [TokenController],
      providers: [
        ...common.providers!,
        { provide: TokenKeys, useValue: issuer },
        { provide: LocalIssuer, useValue: issuer },
        { provide: LocalApps, useValue: localApps(secrets.clientSecret, identity.appsFile) },
      ],
      exports: [...common.exports!, LocalIssuer, LocalApps],
    };
  }
}
