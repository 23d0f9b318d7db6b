import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { LocalSecrets } from './local-store.js';

/** The local issuer's secrets on PostgreSQL, in one row; on SQLite they are in a file, and there is none. */
@Entity('local_identity')
export class LocalIdentityEntity {
  @PrimaryColumn('varchar')
  name: string;

  @Column('simple-json')
  secrets: LocalSecrets;
}
