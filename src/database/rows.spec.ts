import { Column, DataSource, Entity, PrimaryColumn, type SelectQueryBuilder } from 'typeorm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sqliteDriver } from './sqlite/sqlite-driver.js';
import { rowsOf } from './rows.js';

@Entity('sample')
class SampleEntity {
  @PrimaryColumn('varchar')
  id: string;

  @Column('text', { nullable: true })
  note: string | null;

  @Column('integer')
  rank: number;

  @Column('boolean')
  open: boolean;

  @Column('simple-json', { nullable: true })
  settings: { depth: number } | null;
}

const SAMPLES: readonly SampleEntity[] = [
  { id: 'a', note: null, rank: 3, open: true, settings: { depth: 1 } },
  { id: 'b', note: 'é🙂', rank: -1, open: false, settings: null },
  { id: 'c', note: '', rank: 0, open: true, settings: { depth: 0 } },
];

describe('the rows of a query', () => {
  let database: DataSource;
  const query = (): SelectQueryBuilder<SampleEntity> =>
    database.createQueryBuilder(SampleEntity, 'sample').orderBy('sample.id');

  beforeAll(async () => {
    database = await new DataSource({
      type: 'better-sqlite3',
      driver: sqliteDriver(),
      database: ':memory:',
      entities: [SampleEntity],
      synchronize: true,
    }).initialize();
    await database.manager.insert(
      SampleEntity,
      SAMPLES.map((sample) => ({ ...sample })),
    );
  });

  afterAll(() => database.destroy());

  it('are those that were written, value for value, as getMany has them', async () => {
    const rows = await rowsOf(query());

    expect(rows).toEqual(SAMPLES);
    expect(rows).toEqual((await query().getMany()).map((entity) => ({ ...entity })));
  });

  it('are found by conditions of any type, and with a limit', async () => {
    const open = query().where('sample.open = :open AND sample.rank >= :rank', { open: true, rank: 0 });

    expect(await rowsOf(open)).toEqual([SAMPLES[0], SAMPLES[2]]);
    expect(await rowsOf(open.clone().limit(1).offset(1))).toEqual([SAMPLES[2]]);
  });

  it('of a query that selects what its entity does not have are refused', async () => {
    await expect(rowsOf(query().addSelect('1', 'surplus'))).rejects.toThrow("'surplus' is no column");
  });
});
