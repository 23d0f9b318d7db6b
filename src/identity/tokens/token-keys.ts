import type { JWTVerifyGetKey } from 'jose';

/** Where the keys of the trusted issuer come from. It is the injection token of the two ways to have them. */
export abstract class TokenKeys {
  /**
   * The `iss` that tokens must carry, where `{tenant}` stands for the token's own tenant, and the keys for them.
   * @throws issuerNotAvailable
   */
  abstract current(): Promise<{ issuer: string; getKey: JWTVerifyGetKey }>;
  abstract readonly algorithms: readonly string[];
  /** Seconds by which the clocks of issuer and server may differ. */
  abstract readonly clockTolerance: number;
}
