import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A deleted connection or group whose child rows have not all been removed yet. */
@Entity('external_connection_removal')
export class RemovalEntity {
  @PrimaryColumn('varchar')
  ownerKey: string;

  @Column('varchar')
  deletedDateTime: string;
}

/** The id of a deleted connection, which nobody can have again until a time (docs/contract/field.md#3.7). */
@Entity('external_connection_taken_id')
export class TakenIdEntity {
  @PrimaryColumn('varchar')
  tenantId: string;

  /** As in ConnectionEntity. */
  @PrimaryColumn('varchar')
  normalizedId: string;

  @Column('varchar')
  freeDateTime: string;
}
