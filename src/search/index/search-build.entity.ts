import { Column, Entity, PrimaryColumn } from 'typeorm';

/** The only row of `search_build`. */
export const INDEX = 'index';

/** The newest request to build the search index from all items: of a migration, or of an import. */
@Entity('search_build')
export class SearchBuildEntity {
  @PrimaryColumn('varchar')
  name: string;

  /** The index of SQLite says in its own file which request it has followed. */
  @Column('varchar')
  requestId: string;

  /** On PostgreSQL, the last item that is indexed, as a JSON array of its key, empty before the first; null when all are. */
  @Column('text', { nullable: true })
  position: string | null;
}
