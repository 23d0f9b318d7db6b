import { Column, Entity, PrimaryColumn } from 'typeorm';
import { EXACT_JSON, PLAIN_JSON } from '../graph/stored-json.js';
import type { AclDto } from './external-item.dto.js';

/** A row of externalItem (docs/contract/api.md#1.8). */
@Entity('external_item')
export class ItemEntity {
  @PrimaryColumn('varchar')
  connectionKey: string;

  @PrimaryColumn('varchar')
  id: string;

  @Column('text', { transformer: PLAIN_JSON })
  acl: readonly AclDto[];

  /** As they are answered: see `readProperties`. */
  @Column('text', { transformer: EXACT_JSON })
  properties: Record<string, unknown>;

  @Column('varchar', { nullable: true })
  contentType: string | null;

  @Column('text', { nullable: true })
  contentValue: string | null;

  @Column('varchar', { nullable: true })
  sensitivityLabelId: string | null;

  @Column('varchar')
  lastModifiedDateTime: string;
}
