import { Column, Entity, PrimaryColumn } from 'typeorm';

/** How often something was called in its newest window of time. */
@Entity('throttle_window')
export class ThrottleWindowEntity {
  @PrimaryColumn('varchar')
  key: string;

  @Column('varchar')
  endDateTime: string;

  @Column('integer')
  calls: number;
}
