import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { bundleForNode, LineChild, temporaryDirectory } from '../../support/node-child.ts';

const ROOT = join(import.meta.dirname, '../../..');

// Processes start slowly on a machine that is busy.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let bundle: string;
let script: string;
let directory: ReturnType<typeof temporaryDirectory>;
let database: string;

beforeAll(async () => {
  // Inside of the project: the command line's packages are found from where its script is.
  mkdirSync(join(ROOT, '.cache'), { recursive: true });
  bundle = mkdtempSync(join(ROOT, '.cache', 'cli-'));
  script = await bundleForNode(join(ROOT, 'src/cli.ts'), bundle);
});
afterAll(() => rmSync(bundle, { recursive: true, force: true }));

beforeEach(() => {
  directory = temporaryDirectory();
  database = join(directory.path, 'test.db');
});
afterEach(() => directory.remove());

function heliosdb(args: readonly string[], input = '') {
  const { status, stdout, stderr } = spawnSync(process.execPath, [script, ...args], {
    input,
    encoding: 'utf8',
    cwd: directory.path,
  });
  return { status, stdout, stderr };
}

const READINGS =
  "CREATE TABLE r (id INTEGER PRIMARY KEY, name TEXT, v REAL); INSERT INTO r (name, v) VALUES ('a', 1.5), ('b', NULL);";

describe('heliosdb FILE "SQL"', () => {
  it('runs statements and prints a table, JSON or CSV', () => {
    expect(heliosdb([database, READINGS])).toEqual({ status: 0, stdout: '', stderr: '' });
    expect(heliosdb([database, 'SELECT * FROM r']).stdout).toBe(
      [
        '┌────┬──────┬──────┐',
        '│ id │ name │    v │',
        '├────┼──────┼──────┤',
        '│  1 │ a    │  1.5 │',
        '│  2 │ b    │ NULL │',
        '└────┴──────┴──────┘',
        '2 rows\n',
      ].join('\n'),
    );
    expect(JSON.parse(heliosdb([database, '--json', 'SELECT * FROM r']).stdout)).toEqual([
      { id: 1, name: 'a', v: 1.5 },
      { id: 2, name: 'b', v: null },
    ]);
    expect(heliosdb(['--csv', database, 'SELECT * FROM r']).stdout).toBe('id,name,v\n1,a,1.5\n2,b,\n');
  });

  it('an error has a caret, no stack, and exit code 1', () => {
    const { status, stdout, stderr } = heliosdb([database, 'SELECT 1 +;']);
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr).toMatch(/^Error: .+\n {2}line 1: SELECT 1 \+\n +\^\n$/);
  });

  it('--as-of shows what the database held then, and changes nothing', () => {
    const [before] = JSON.parse(
      heliosdb([database, '--json', `${READINGS} SELECT helios_scn() AS scn, now() AS at;`]).stdout,
    );
    heliosdb([database, "CREATE SNAPSHOT first; UPDATE r SET v = 2 WHERE name = 'b'; DELETE FROM r WHERE name = 'a';"]);
    const rows = (point: string) => heliosdb([database, '--csv', '--as-of', point, 'SELECT name, v FROM r']).stdout;
    for (const point of [
      'snapshot:first',
      "SNAPSHOT 'first'",
      `scn:${before.scn}`,
      '2',
      'transaction:2',
      'TRANSACTION 2',
    ])
      expect(rows(point)).toBe('name,v\na,1.5\nb,\n');
    expect(rows('9999-12-31')).toBe('name,v\nb,2\n');
    expect(heliosdb([database, '--as-of', 'snapshot:first', '.dump']).stdout).toContain("VALUES(1,'a',1.5)");
    const piped = heliosdb([database, '--csv', '--as-of', '2'], 'SELECT count(*) AS n FROM r;\nDELETE FROM r;\n');
    expect(piped.stdout).toBe('n\n2\n');
    expect(piped.stderr).toMatch(/read.only/);
    expect(piped.status).toBe(1);
    expect(heliosdb([database, '--as-of', 'snapshot:none', 'SELECT 1']).stderr).toMatch(/no such snapshot "none"/);
    const wrong = heliosdb([database, '--as-of', 'scn:two', 'SELECT 1']);
    expect(wrong.stderr).toMatch(/--as-of.*"two" is no number/);
    expect(wrong.status).toBe(2);
    expect(heliosdb([database, '--as-of', 'yesterday', 'SELECT 1']).stderr).toMatch(/It is a time, a transaction/);
  });

  it('--readonly refuses to write', () => {
    heliosdb([database, READINGS]);
    const { status, stderr } = heliosdb(['--readonly', database, "INSERT INTO r (name) VALUES ('c')"]);
    expect(status).toBe(1);
    expect(stderr).toMatch(/^Error: .*read/);
    expect(heliosdb(['--csv', database, 'SELECT count(*) AS n FROM r']).stdout).toBe('n\n2\n');
  });

  it('wrong arguments are exit code 2, help and version 0', () => {
    expect(heliosdb([])).toMatchObject({
      status: 2,
      stderr: "error: missing required argument 'file'\nheliosdb --help shows how.\n",
    });
    expect(heliosdb(['--json', '--csv', database, 'SELECT 1']).status).toBe(2);
    expect(heliosdb(['--nonsense', database]).status).toBe(2);
    expect(heliosdb(['--help']).stdout).toContain('heliosdb [options]');
    const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
    expect(heliosdb(['--version'])).toEqual({ status: 0, stdout: `${version}\n`, stderr: '' });
  });
});

describe('files that cannot be opened', () => {
  it('a missing file is said in one line, and not created', () => {
    for (const args of [
      ['check', database],
      ['--readonly', database, 'SELECT 1'],
    ]) {
      const { status, stderr } = heliosdb(args);
      expect(status).toBe(1);
      expect(stderr).toMatch(/^Error: .*test\.db: .*no such file.*\n$/);
    }
    expect(existsSync(database)).toBe(false);
  });

  it('a file that is not a database stays as it is', () => {
    const text = 'Dear diary, '.repeat(2000);
    writeFileSync(database, text);
    for (const args of [
      ['check', database],
      [database, 'SELECT 1'],
    ]) {
      const { status, stderr } = heliosdb(args);
      expect(status).toBe(1);
      expect(stderr).toMatch(/^Error: .+ has not been changed\nGive another name\. .+\n$/);
    }
    expect(readFileSync(database, 'utf8')).toBe(text);
    expect(readdirSync(directory.path)).toEqual(['test.db']);
  });

  it('a database that another process has open is locked', async () => {
    heliosdb([database, READINGS]);
    const owner = new LineChild(script, ['--csv', database]);
    owner.send('SELECT count(*) AS n FROM r;');
    expect(await owner.line()).toBe('n');
    const { status, stderr } = heliosdb([database, 'SELECT 1']);
    owner.send('.quit');
    expect(status).toBe(1);
    expect(stderr).toMatch(/^Error: .*test\.db: process \d+ has it open/);
    expect(await owner.ended).toBe(0);
  });
});

describe('slips', () => {
  const files = () => readdirSync(directory.path);

  it('a command misspelt makes no database of that name', () => {
    expect(heliosdb(['chek', 'x.db'])).toMatchObject({
      status: 1,
      stderr:
        'Error: there is no command or file "chek"; did you mean "check"?\nA new database of that name is ./chek.\n',
    });
    expect(files()).toEqual([]);
    expect(heliosdb(['./chek', 'SELECT 1']).status).toBe(0);
    expect(heliosdb(['chek', 'SELECT 1']).status).toBe(0);
  });

  it('neither does SQL without a file', () => {
    const { status, stderr } = heliosdb(['SELECT 1']);
    expect([status, stderr]).toEqual([1, expect.stringContaining('heliosdb FILE "SQL"')]);
    expect(files()).toEqual([]);
  });

  it('help is help, and a server that is not built says so', () => {
    expect(heliosdb(['help', 'import']).stdout).toMatch(/^Usage: heliosdb import/);
    expect(heliosdb(['help']).stdout).toMatch(/^Usage: heliosdb \[options\]/);
    expect(heliosdb(['serve', '--config', 'heliosdb.toml'])).toMatchObject({
      status: 1,
      stderr: 'Error: heliosdb serve is not supported\nA database of that name is ./serve.\n',
    });
    expect(files()).toEqual([]);
  });
});

describe('a script on standard input', () => {
  it('runs statements over lines, without prompts', () => {
    const { status, stdout, stderr } = heliosdb(
      ['--csv', database],
      `${READINGS}\nSELECT name\n  FROM r -- a comment; with a semicolon\n  ORDER BY name\n;\nSELECT 2 AS two`,
    );
    expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: 'name\na\nb\ntwo\n2\n', stderr: '' });
  });

  it('stops at the first error with exit code 1', () => {
    const { status, stdout, stderr } = heliosdb(['--csv', database], 'SELECT 1 AS a;\nSELECT nope;\nSELECT 3 AS c;\n');
    expect({ status, stdout }).toEqual({ status: 1, stdout: 'a\n1\n' });
    expect(stderr).toContain('nope');
  });

  it('understands the dot commands', () => {
    writeFileSync(join(directory.path, 'more.sql'), "INSERT INTO r (name) VALUES\n('c'),\n('d');\n");
    const { status, stdout, stderr } = heliosdb(
      [database],
      `${READINGS}\nCREATE INDEX r_name ON r (name);\n.tables\n.indexes\n.schema r\n.mode csv\n.read more.sql\nSELECT count(*) AS n FROM r;\n.timer on\nSELECT 1 AS one;\n.quit\nSELECT 99;\n`,
    );
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toMatch(/^r\nr_name\nCREATE TABLE .*;\nCREATE INDEX .*;\nn\n4\none\n1\n\d+\.\d ms\n$/s);
  });

  it('.snapshots and .history tell of the past', () => {
    const { status, stdout, stderr } = heliosdb(
      [database],
      `.mode csv\nCREATE TABLE "a ""b" (v);\nINSERT INTO "a ""b" VALUES (1);\nCREATE SNAPSHOT first;\nUPDATE "a ""b" SET v = 2;\n.snapshots\n.history "a ""b"\n`,
    );
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toMatch(
      /^name,txn,created_at,expires_at\nfirst,2,[^,]+,\ntxn,_operation,v,.*\n2,INSERT,1,2,4,.*\n4,UPDATE,2,4,,.*\n$/,
    );
    expect(heliosdb([database], '.history\n')).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('.history TABLE'),
    });
  });

  it('.dump writes what makes the same database again', () => {
    heliosdb([
      database,
      `CREATE TABLE p (id INTEGER PRIMARY KEY, name TEXT UNIQUE);
       CREATE TABLE "odd ""name" (p REFERENCES p (name), exact DECIMAL(30,4), twice AS (p || p), j JSONB, tags TEXT[], ok BOOLEAN,
         at TIMESTAMP, b BLOB, r REAL, "select" ANY);
       CREATE UNIQUE INDEX i ON p (lower(name)) WHERE id > 0;
       CREATE VIEW v AS SELECT * FROM v2;
       CREATE VIEW v2 AS SELECT id FROM p;
       CREATE TRIGGER t AFTER INSERT ON p BEGIN INSERT INTO "odd ""name" (p) VALUES (new.name); SELECT 1; END;
       INSERT INTO p VALUES (1, 'it''s' || char(10) || 'two lines'), (2, 'b;');
       INSERT INTO "odd ""name" VALUES (NULL, '12345678901234567890123456.1234', '{"k":"''"}', ARRAY['x,"y', NULL], true,
         '2024-01-01 00:00:00.123456', x'00ff', -1e999, 2.0);
       CREATE TABLE copied AS SELECT 1 AS one, 'x' AS "two words";
       CREATE TABLE counted (id INTEGER PRIMARY KEY AUTOINCREMENT);
       INSERT INTO counted VALUES (7), (8);
       DELETE FROM counted WHERE id = 8;`,
    ]);
    const dumped = heliosdb([database], '.dump\n');
    expect(dumped).toMatchObject({ status: 0, stderr: '' });
    expect(dumped.stdout).toContain(
      `INSERT INTO "odd ""name"("p", "exact", "j", "tags", "ok", "at", "b", "r", "select") VALUES(NULL,'12345678901234567890123456.1234','{"k":"''"}'`,
    );
    expect(dumped.stdout).toContain("\nINSERT INTO sqlite_sequence VALUES('counted',8);\n");
    const copy = join(directory.path, 'copy.db');
    expect(heliosdb([copy], dumped.stdout)).toMatchObject({ status: 0, stdout: '', stderr: '' });
    expect(heliosdb([copy], '.dump\n').stdout).toBe(dumped.stdout);
    expect(heliosdb([copy], '.tables\n').stdout).toBe('copied\ncounted\nodd "name\np\nv\nv2\n');
    expect(heliosdb([copy], '.schema P\n').stdout).toMatch(
      /^CREATE TABLE p .*;\nCREATE UNIQUE INDEX i .*;\nCREATE TRIGGER t .*END;\n$/,
    );
  });

  it('names a dot command that is unknown or misused', () => {
    expect(heliosdb([database], '.frob\n')).toMatchObject({
      status: 1,
      stderr: 'Error: no such command: .frob; .help lists them\n',
    });
    expect(heliosdb([database], '.mode xml\n').stderr).toBe('Error: usage: .mode table|json|csv, not xml\n');
    expect(heliosdb([database], '.read missing.sql\n').stderr).toMatch(/^Error: .*missing\.sql: cannot read/);
  });

  it('a script that reads itself ends with an error', () => {
    writeFileSync(join(directory.path, 'loop.sql'), '.read loop.sql\n');
    expect(heliosdb([database], '.read loop.sql\n')).toMatchObject({ status: 1, stdout: '' });
  });
});

describe('import and check', () => {
  it('imports a CSV file and reports the lines that it rejects', () => {
    const csv = join(directory.path, 'data.csv');
    writeFileSync(csv, 'sensor,value\nboiler,20.5\npump,3\n');
    expect(heliosdb(['import', database, 'readings', csv])).toMatchObject({
      status: 0,
      stdout: 'created table readings (sensor TEXT, value REAL)\n2 rows inserted into readings\n',
    });
    writeFileSync(csv, 'sensor,value\nfan,1\nfan,2,extra\nfan,3\n');
    const second = heliosdb(['import', database, 'readings', csv]);
    expect(second).toMatchObject({ status: 1, stdout: '2 rows inserted into readings\n' });
    expect(second.stderr).toMatch(/1 line rejected\n {2}line 3: /);
    expect(heliosdb(['--csv', database, 'SELECT count(*) AS n FROM readings']).stdout).toBe('n\n4\n');
  });

  it('a CSV file that is missing is a one-line error', () => {
    expect(heliosdb(['import', database, 'readings', 'nope.csv']).stderr).toMatch(/^Error: .*nope\.csv.*\n$/);
  });

  it('backup writes a copy, verifies it, and overwrites nothing', () => {
    heliosdb([database, READINGS]);
    const copy = join(directory.path, 'copy.db');
    expect(heliosdb(['backup', database, copy])).toEqual({
      status: 0,
      stdout: expect.stringMatching(/copy\.db: 1 table, 1 segment, 2 rows: ok\n$/),
      stderr: '',
    });
    const rows = (file: string): string => heliosdb(['--csv', file, 'SELECT * FROM readings ORDER BY 1']).stdout;
    expect(rows(copy)).toBe(rows(database));
    const again = heliosdb(['backup', database, copy]);
    expect(again).toMatchObject({ status: 1, stdout: '' });
    expect(again.stderr).toMatch(/copy\.db exists already/);
    expect(heliosdb(['backup', join(directory.path, 'none.db'), `${copy}2`]).stderr).toMatch(/none\.db/);
  });

  it('check prints the report; damage is exit code 1', () => {
    heliosdb([database, READINGS]);
    expect(heliosdb(['check', database])).toEqual({
      status: 0,
      stdout: expect.stringMatching(/test\.db: 1 table, 1 segment, 2 rows: ok\n$/),
      stderr: '',
    });
    const bytes = readFileSync(database);
    for (let at = 0; at < bytes.length; at += 64) bytes[at] ^= 0x55;
    writeFileSync(database, bytes);
    expect(heliosdb(['check', database]).status).toBe(1);
  });

  it('inspect shows what the files hold, as tables or JSON; damage is exit code 1', () => {
    heliosdb([database, READINGS]);
    const { status, stdout } = heliosdb(['inspect', database]);
    expect(status).toBe(0);
    expect(stdout).toMatch(/│ name .*│ local-dictionary|│ name .*│ dictionary|│ name .*│ plain-text/);
    expect(stdout).toMatch(/│ superblocks .*│ 0 to 1 /);
    expect(stdout).toMatch(/nothing is damaged\n$/);
    const inspection = JSON.parse(heliosdb(['inspect', database, '--json']).stdout);
    expect(inspection.tables.find(({ name }: { name: string }) => name === 'r').segments).toMatchObject([{ rows: 2 }]);
    const bytes = readFileSync(database);
    bytes[inspection.extents.find(({ holds }: { holds: string }) => holds.endsWith('of r')).firstPage * 4096] ^= 1;
    writeFileSync(database, bytes);
    const damaged = heliosdb(['inspect', database]);
    expect(damaged.status).toBe(1);
    expect(damaged.stdout).toMatch(/damaged: .*test\.db: segment \d+, at byte \d+/);
    expect(heliosdb(['check', database]).stdout).toMatch(
      /: damaged\n.*checksum.*\nheliosdb repair .*test\.db --output NEW/,
    );
  });

  it('repair writes what can be saved into a new file, says what is lost, and leaves the damaged one alone', () => {
    heliosdb([
      database,
      `${READINGS} CREATE INDEX lower_name ON r (lower(name)); CREATE TABLE other (x); INSERT INTO other VALUES (1)`,
    ]);
    const output = join(directory.path, 'repaired.db');
    expect(heliosdb(['repair', database]).status).toBe(2);
    const whole = heliosdb(['repair', database, '--output', output]);
    expect(whole).toMatchObject({ status: 0, stderr: '' });
    expect(whole.stdout).toMatch(/r: 2 rows saved\n(.*\n)*.*nothing is lost/);
    expect(readdirSync(directory.path).filter((name) => name.startsWith('repaired'))).toEqual(['repaired.db']);
    expect(heliosdb([output, '--csv', "SELECT v FROM r WHERE lower(name) = 'a'"]).stdout).toBe('v\n1.5\n');
    expect(heliosdb(['repair', database, '--output', output])).toMatchObject({
      status: 1,
      stderr: expect.stringMatching(/repaired\.db exists already, and has not been changed/),
    });
    const inspection = JSON.parse(heliosdb(['inspect', database, '--json']).stdout);
    const { firstPage } = inspection.extents.find(({ holds }: { holds: string }) => holds.endsWith('of r'));
    const bytes = readFileSync(database);
    bytes.fill(0, firstPage * 4096, (firstPage + 1) * 4096);
    writeFileSync(database, bytes);
    rmSync(output);
    const { status, stdout } = heliosdb(['repair', database, '--output', output, '--json']);
    expect(status).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({
      isWhole: false,
      tables: [
        { name: 'r', rows: 0, lost: [{ rows: 2, rowids: [1, 2], why: expect.stringContaining('checksum') }] },
        { name: 'other', rows: 1, lost: [] },
      ],
    });
    expect(readFileSync(database)).toEqual(bytes);
    expect(heliosdb(['check', output]).status).toBe(0);
  });
});
