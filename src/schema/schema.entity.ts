import { Column, Entity, PrimaryColumn } from 'typeorm';
import { PLAIN_JSON } from '../graph/stored-json.js';
import type { SchemaPropertyDto } from './schema.dto.js';

/** A schema as it was registered; never changed, so that what is read of it can be kept. The id is that of its operation. */
@Entity('connection_schema')
export class SchemaEntity {
  @PrimaryColumn('varchar')
  connectionKey: string;

  @PrimaryColumn('varchar')
  schemaId: string;

  /** The properties, with every default filled in. */
  @Column('text', { transformer: PLAIN_JSON })
  definition: readonly SchemaPropertyDto[];
}
