import { Column, Entity, PrimaryColumn, type ValueTransformer } from 'typeorm';
import { parseExactly, stringifyExactly } from '../graph/http/exact-json.js';
import type { AclDto } from './external-item.dto.js';

/** JSON in which integers keep all their digits. */
const EXACT_JSON: ValueTransformer = {
  to: (value: unknown) => stringifyExactly(value),
  from: (text: string) => parseExactly(text),
};

/** A row of externalItem (docs/contract/api.md#1.8). */
@Entity('external_item')
export class ItemEntity {
  @PrimaryColumn('varchar')
  connectionKey: string;

  @PrimaryColumn('varchar')
  id: string;

  @Column('simple-json')
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
