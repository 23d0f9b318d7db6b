import { Column, Entity, PrimaryColumn } from 'typeorm';

/** Why an operation fails; a `microsoft.graph.publicError` (docs/contract/api.md#1.6). */
export interface OperationFailure {
  readonly code: string;
  readonly message: string;
}

/** A connectionOperation. Its status follows from the row and the clock: nothing has to happen when it ends. */
@Entity('connection_operation')
export class OperationEntity {
  @PrimaryColumn('varchar')
  connectionKey: string;

  @PrimaryColumn('varchar')
  id: string;

  @Column('varchar')
  createdDateTime: string;

  @Column('varchar')
  endDateTime: string;

  @Column('simple-json', { nullable: true })
  error: OperationFailure | null;
}
