import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { LayoutFault } from '../graph/errors/catalogue/connection.js';
import { PLAIN_JSON } from '../graph/stored-json.js';
import type { ActivitySettingsDto } from './dto/activity-settings.dto.js';
import type { ConfigurationDto } from './dto/external-connection.dto.js';
import type { ComplianceSettingsDto, SearchSettingsDto } from './dto/search-settings.dto.js';

/** A row of externalConnection (docs/contract/api.md#1.1). What the client did not set is null and is not answered. */
@Entity('external_connection')
export class ConnectionEntity {
  @PrimaryColumn('varchar')
  tenantId: string;

  /** The id in lower case: ids that differ in case alone are the same connection. */
  @PrimaryColumn('varchar')
  normalizedId: string;

  /** Names this one connection for ever: the rows below it refer to it, so that they are not those of a later connection of the same id. */
  @Column('varchar')
  connectionKey: string;

  @Column('varchar')
  id: string;

  @Column('varchar')
  name: string;

  @Column('text', { nullable: true })
  description: string | null;

  @Column('text', { transformer: PLAIN_JSON })
  configuration: ConfigurationDto;

  @Column('varchar', { nullable: true })
  connectorId: string | null;

  /** Null stands for the default, which is answered to those alone who select it. */
  @Column('varchar', { nullable: true })
  contentCategory: string | null;

  @Column('varchar', { nullable: true })
  enabledContentExperiences: string | null;

  @Column('simple-json', { nullable: true })
  searchSettings: SearchSettingsDto | null;

  @Column('simple-json', { nullable: true })
  activitySettings: ActivitySettingsDto | null;

  @Column('simple-json', { nullable: true })
  complianceSettings: ComplianceSettingsDto | null;

  /** What was wrong with its cards when it was created (Known Issue), as long as nobody has replaced them. */
  @Column('simple-json', { nullable: true })
  resultLayoutFaults: readonly LayoutFault[] | null;

  /** How many items it has, so that nobody has to count rows. */
  @Column('integer')
  itemCount: number;

  /** How many external groups it has. */
  @Column('integer')
  groupCount: number;

  @Column('varchar')
  createdDateTime: string;

  /** The newest schema that was accepted; in force from `schemaDateTime` on. */
  @Column('varchar', { nullable: true })
  schemaId: string | null;

  /** The schema in force until `schemaDateTime`. */
  @Column('varchar', { nullable: true })
  schemaIdBefore: string | null;

  /** When the newest schema operation ends; until then there can be no other. */
  @Column('varchar', { nullable: true })
  schemaDateTime: string | null;

  /** From when on the connection takes items: the end of the first schema operation that does not fail. */
  @Column('varchar', { nullable: true })
  readyDateTime: string | null;
}

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

/** How much of its limits a tenant has used, so that nobody has to count rows. */
@Entity('tenant')
export class TenantEntity {
  @PrimaryColumn('varchar')
  tenantId: string;

  @Column('integer')
  connectionCount: number;

  @Column('integer')
  itemCount: number;

  @Column('integer')
  groupCount: number;
}
