import { Entity, PrimaryColumn } from 'typeorm';

/**
 * The index of `configuration.authorizedAppIds`: which connections an application owns. Written only together with the
 * row it belongs to, in the same unit of work.
 */
@Entity('external_connection_authorized_app')
export class AuthorizedAppEntity {
  @PrimaryColumn('varchar')
  connectionKey: string;

  /** In lower case. */
  @PrimaryColumn('varchar')
  appId: string;
}
