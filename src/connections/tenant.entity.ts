import { Column, Entity, PrimaryColumn } from 'typeorm';

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
