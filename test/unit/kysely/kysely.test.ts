import { type Generated, Kysely, sql } from 'kysely';
import { type Migration, Migrator } from 'kysely/migration';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { HeliosDialect } from '../../../src/kysely.ts';
import { isHeliosError, open } from '../../../src/node.ts';

interface Tables {
  room: { id: Generated<number>; name: string; floor: number | null };
  reading: { id: Generated<number>; room_id: number; kind: Generated<string>; value: number };
}

let db: Kysely<Tables>;

beforeEach(async () => {
  db = new Kysely<Tables>({ dialect: new HeliosDialect({ database: () => open(':memory:') }) });
  await db.schema
    .createTable('room')
    .addColumn('id', 'integer', (column) => column.primaryKey().autoIncrement())
    .addColumn('name', 'varchar(40)', (column) => column.notNull().unique())
    .addColumn('floor', 'integer')
    .execute();
  await db.schema
    .createTable('reading')
    .addColumn('id', 'integer', (column) => column.primaryKey())
    .addColumn('room_id', 'integer', (column) => column.notNull())
    .addColumn('kind', 'text', (column) => column.notNull().defaultTo('temp'))
    .addColumn('value', 'real', (column) => column.notNull())
    .execute();
  await db.schema.createIndex('reading_by_room').on('reading').columns(['room_id', 'value desc']).execute();
});

afterEach(() => db.destroy());

const addRooms = () =>
  db
    .insertInto('room')
    .values([
      { name: 'hall', floor: 0 },
      { name: 'attic', floor: 2 },
      { name: 'cellar', floor: null },
    ])
    .execute();

const names = async () => (await db.selectFrom('room').select('name').orderBy('id').execute()).map((row) => row.name);

describe('rows', () => {
  test('are inserted, with the new id and with RETURNING', async () => {
    const { insertId, numInsertedOrUpdatedRows } = await db
      .insertInto('room')
      .values({ name: 'hall', floor: 0 })
      .executeTakeFirstOrThrow();
    expect([insertId, numInsertedOrUpdatedRows]).toEqual([1n, 1n]);
    const row = await db.insertInto('reading').values({ room_id: 1, value: 20.5 }).returningAll().executeTakeFirst();
    expect({ ...row }).toEqual({ id: 1, room_id: 1, kind: 'temp', value: 20.5 });
    // Rows that name different columns: Kysely writes DEFAULT in the gaps.
    await db
      .insertInto('reading')
      .values([
        { room_id: 1, value: 1 },
        { room_id: 1, value: 2, kind: 'co2' },
      ])
      .execute();
    const kinds = await db.selectFrom('reading').select('kind').orderBy('id').execute();
    expect(kinds.map(({ kind }) => kind)).toEqual(['temp', 'temp', 'co2']);
  });

  test('are updated and deleted, and the count says how many', async () => {
    await addRooms();
    const updated = await db.updateTable('room').set({ floor: 1 }).where('floor', 'is not', null).executeTakeFirst();
    expect(updated.numUpdatedRows).toBe(2n);
    const deleted = await db.deleteFrom('room').where('name', 'like', 'c%').executeTakeFirst();
    expect(deleted.numDeletedRows).toBe(1n);
    expect(await names()).toEqual(['hall', 'attic']);
  });

  test('are upserted', async () => {
    await addRooms();
    const upsert = (name: string, floor: number) =>
      db
        .insertInto('room')
        .values({ name, floor })
        .onConflict((conflict) => conflict.column('name').doUpdateSet((eb) => ({ floor: eb.ref('excluded.floor') })))
        .execute();
    await upsert('hall', 7);
    await upsert('roof', 9);
    expect(
      await db.selectFrom('room').select(['name', 'floor']).where('floor', '>', 2).orderBy('floor').execute(),
    ).toMatchObject([
      { name: 'hall', floor: 7 },
      { name: 'roof', floor: 9 },
    ]);
    await db.insertInto('room').orIgnore().values({ name: 'hall', floor: 1 }).execute();
    expect(await names()).toEqual(['hall', 'attic', 'cellar', 'roof']);
  });
});

describe('queries', () => {
  beforeEach(async () => {
    await addRooms();
    await db
      .insertInto('reading')
      .values([1, 2, 3, 4, 5].map((value) => ({ room_id: (value % 2) + 1, value })))
      .execute();
  });

  test('join, group and order', async () => {
    const rows = await db
      .selectFrom('room')
      .leftJoin('reading', 'reading.room_id', 'room.id')
      .select(({ fn }) => ['room.name', fn.count<number>('reading.id').as('n'), fn.avg<number>('value').as('mean')])
      .groupBy('room.id')
      .orderBy('room.name')
      .execute();
    expect(rows.map((row) => ({ ...row }))).toEqual([
      { name: 'attic', n: 3, mean: 3 },
      { name: 'cellar', n: 0, mean: null },
      { name: 'hall', n: 2, mean: 3 },
    ]);
  });

  test('take WITH, subqueries, windows and set operations', async () => {
    const rows = await db
      .with('high', (qb) => qb.selectFrom('reading').select(['room_id', 'value']).where('value', '>', 2))
      .selectFrom('high')
      .select((eb) => [
        'value',
        eb.fn
          .agg<number>('rank')
          .over((over) => over.partitionBy('room_id').orderBy('value', 'desc'))
          .as('place'),
      ])
      .where((eb) => eb.exists(eb.selectFrom('room').select('room.id').whereRef('room.id', '=', 'high.room_id')))
      .orderBy('value')
      .execute();
    expect(rows.map(({ value, place }) => [value, place])).toEqual([
      [3, 2],
      [4, 1],
      [5, 1],
    ]);
    const both = await db
      .selectFrom('room')
      .select('name')
      .union(db.selectFrom('reading').select('kind as name'))
      .execute();
    expect(both.length).toBe(4);
  });

  test('stream in chunks, and end early', async () => {
    const seen: number[] = [];
    for await (const { value } of db.selectFrom('reading').select('value').orderBy('value').stream(2)) {
      seen.push(value);
      if (value === 3) break;
    }
    expect(seen).toEqual([1, 2, 3]);
    const all: number[] = [];
    for await (const { value } of db.selectFrom('reading').select('value').stream()) all.push(value);
    expect(all.length).toBe(5);
  });

  test('are cancelled in the engine', async () => {
    const endless = sql`WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT max(x) FROM n`;
    const controller = new AbortController();
    const running = endless.execute(db, { signal: controller.signal, inflightQueryAbortStrategy: 'cancel query' });
    setTimeout(() => controller.abort(), 10);
    await expect(running).rejects.toThrow();
    expect(await names()).toEqual(['hall', 'attic', 'cellar']);
    // The driver's own promise settles, which it would not do while the query went on.
    const driver = new HeliosDialect({ database: () => open(':memory:') }).createDriver();
    await driver.init();
    const connection = await driver.acquireConnection();
    const settled = connection.executeQuery(endless.compile(db));
    await connection.cancelQuery?.(async () => undefined);
    expect(await settled).toEqual({ rows: [] });
    await driver.destroy();
  });

  test('fail with our errors', async () => {
    const wrong = db.selectFrom('room').select(sql`nmae`.as('x')).execute();
    await expect(wrong).rejects.toSatisfy((error) => isHeliosError(error, 'COLUMN_NOT_FOUND'));
    const twice = db.insertInto('room').values({ name: 'hall', floor: 1 }).execute();
    await expect(twice).rejects.toSatisfy((error) => isHeliosError(error, 'UNIQUE_VIOLATION'));
  });
});

describe('transactions', () => {
  test('commit what they return from and roll back what they throw from', async () => {
    await db.transaction().execute(async (tx) => {
      await tx.insertInto('room').values({ name: 'hall', floor: 0 }).execute();
      // A reader outside sees nothing of it, and does not wait.
      expect(await names()).toEqual([]);
    });
    const failing = db.transaction().execute(async (tx) => {
      await tx.insertInto('room').values({ name: 'attic', floor: 0 }).execute();
      throw new Error('no');
    });
    await expect(failing).rejects.toThrow('no');
    expect(await names()).toEqual(['hall']);
  });

  test('have savepoints', async () => {
    const tx = await db.startTransaction().execute();
    await tx.insertInto('room').values({ name: 'a', floor: 0 }).execute();
    const after = await tx.savepoint('a "quoted" name').execute();
    await after.insertInto('room').values({ name: 'b', floor: 0 }).execute();
    const back = await after.rollbackToSavepoint('a "quoted" name').execute();
    await back.insertInto('room').values({ name: 'c', floor: 0 }).execute();
    await (await back.releaseSavepoint('a "quoted" name').execute()).commit().execute();
    expect(await names()).toEqual(['a', 'c']);
  });

  test('wait for each other, and read-only ones for nobody', async () => {
    await addRooms();
    const increment = () =>
      db.transaction().execute(async (tx) => {
        const { floor } = await tx
          .selectFrom('room')
          .select('floor')
          .where('name', '=', 'hall')
          .executeTakeFirstOrThrow();
        await tx
          .updateTable('room')
          .set({ floor: (floor ?? 0) + 1 })
          .where('name', '=', 'hall')
          .execute();
      });
    await Promise.all([increment(), increment(), increment()]);
    expect(await db.selectFrom('room').select('floor').where('name', '=', 'hall').executeTakeFirst()).toMatchObject({
      floor: 3,
    });
    const writing = db
      .transaction()
      .setAccessMode('read only')
      .execute((tx) => tx.deleteFrom('room').execute());
    await expect(writing).rejects.toSatisfy((error) => isHeliosError(error, 'TRANSACTION_READ_ONLY'));
  });
});

describe('the schema', () => {
  test('is introspected', async () => {
    await db.schema.createView('halls').as(db.selectFrom('room').select('name')).execute();
    const tables = await db.introspection.getTables();
    expect(tables.map(({ name, isView }) => [name, isView])).toEqual([
      ['halls', true],
      ['reading', false],
      ['room', false],
    ]);
    expect(tables[2].columns).toMatchObject([
      { name: 'id', dataType: 'integer', isNullable: false, isAutoIncrementing: true, hasDefaultValue: false },
      { name: 'name', dataType: 'varchar(40)', isNullable: false, isAutoIncrementing: false },
      { name: 'floor', isNullable: true },
    ]);
    expect(tables[1].columns[2]).toMatchObject({ name: 'kind', hasDefaultValue: true });
  });

  test('is migrated up and down, and a migration that fails leaves nothing', async () => {
    const migrations: Record<string, Migration> = {
      '1-note': {
        up: (schema) => schema.schema.createTable('note').addColumn('id', 'integer').execute(),
        down: (schema) => schema.schema.dropTable('note').execute(),
      },
      '2-text': {
        up: (schema) => schema.schema.alterTable('note').addColumn('text', 'text').execute(),
        down: (schema) => schema.schema.alterTable('note').dropColumn('text').execute(),
      },
    };
    const migratorOf = (all: Record<string, Migration>) =>
      new Migrator({ db, provider: { getMigrations: async () => all } });
    const columns = async () =>
      (await db.introspection.getTables()).find(({ name }) => name === 'note')?.columns.map(({ name }) => name);
    const { error, results } = await migratorOf(migrations).migrateToLatest();
    expect([error, results?.map(({ status }) => status)]).toEqual([undefined, ['Success', 'Success']]);
    expect(await columns()).toEqual(['id', 'text']);
    await migratorOf(migrations).migrateDown();
    expect(await columns()).toEqual(['id']);
    const broken: Migration = {
      up: async (schema) => {
        await schema.schema.alterTable('note').addColumn('lost', 'text').execute();
        await sql`SELECT * FROM nowhere`.execute(schema);
      },
    };
    const failed = await migratorOf({ ...migrations, '3-broken': broken }).migrateToLatest();
    expect(isHeliosError(failed.error, 'TABLE_NOT_FOUND')).toBe(true);
    expect(await columns()).toEqual(['id']);
  });
});

test('after destroy, the database is closed', async () => {
  const database = await open(':memory:');
  const other = new Kysely<Tables>({ dialect: new HeliosDialect({ database }) });
  await sql`SELECT 1`.execute(other);
  await other.destroy();
  await expect(database.query('SELECT 1')).rejects.toSatisfy((error) => isHeliosError(error, 'CLOSED'));
});
