// Filling: what takes room, or makes every later backup fail.
import { type Attack, alone, statements } from './attack.ts';
import type { Thief } from './stage.ts';

const ALL: readonly Thief[] = ['cutter_exec', 'cutter_verify', 'cutter_backup'];
const filled = (name: string, text: string, extra = {}): Attack => statements(ALL, name, text, extra);

export const FILL: readonly Attack[] = [
  filled('a large object, which makes later backups fail', `SELECT lo_from_bytea(0, 'x')`, { review: true }),
  filled('a large object by `lo_create`', 'SELECT lo_create(0)'),
  filled('a large object by `lo_creat`', 'SELECT lo_creat(-1)'),
  filled('a large object by `lo_put`', `SELECT lo_put(1, 0, 'x')`),
  filled('a large object by `lowrite`', `SELECT lowrite(0, 'x')`),
  filled('a large object from a file', `SELECT lo_import('/etc/passwd')`),
  filled('a row in `pg_largeobject`', `INSERT INTO pg_largeobject VALUES (1, 0, 'x')`),
  filled('a table', 'CREATE TABLE public.mine AS SELECT * FROM generate_series(1, 10)'),
  filled('an unlogged table', 'CREATE UNLOGGED TABLE public.mine (n int)'),
  filled('a materialised view', 'CREATE MATERIALIZED VIEW public.mine AS SELECT 1 AS one'),
  filled('an index', 'CREATE INDEX mine ON public.unit_version (body)'),
  filled('statistics', 'CREATE STATISTICS public.mine ON key, title FROM public.information_unit'),
  filled('a comment of a megabyte', `COMMENT ON TABLE public.unit_version IS 'mine'`),
  filled('a comment on the database', `COMMENT ON ROLE cutter_exec IS 'mine'`),
  filled('a publication', 'CREATE PUBLICATION mine'),
  filled('a file of the server', `COPY public.unit_version TO '/tmp/mine'`),
  filled('a program of the server', `COPY (SELECT 1) TO PROGRAM 'cat > /tmp/mine'`),
  filled('a replication slot', `SELECT pg_create_physical_replication_slot('mine', true)`),
  filled('a restore point', `SELECT pg_create_restore_point('mine')`),
  filled('a change of the write-ahead log', 'SELECT pg_switch_wal()'),
  filled(
    'a message in the write-ahead log',
    `SELECT pg_logical_emit_message(true, 'mine', repeat('x', 100000))`,
    {
      harmless: 'goes through, as for every login; nothing reads it',
    },
  ),
  filled('a notice to nobody', `SELECT pg_notify('mine', repeat('x', 7000))`, {
    harmless: 'goes through; nothing listens',
  }),
  alone('cutter_exec', 'a database', 'CREATE DATABASE mine'),
  alone('cutter_exec', 'a tablespace', `CREATE TABLESPACE mine LOCATION '/tmp'`),
  alone(
    'cutter_exec',
    'a subscription',
    `CREATE SUBSCRIPTION mine CONNECTION '' PUBLICATION mine WITH (connect = false)`,
  ),
  alone('cutter_exec', 'a role', 'CREATE ROLE mine'),
  statements(
    'cutter_exec',
    'two hundred documents that nobody signed',
    `SELECT count(*) FROM generate_series(1, 200) AS n,
       LATERAL (SELECT verdict FROM cutter_governance.fn_admit(convert_to('x' || n, 'UTF8'), ARRAY['y'::bytea])) AS one
      WHERE verdict = 'rejected'`,
    { harmless: 'each rejected, none kept' },
  ),
  statements(
    'cutter_exec',
    'a thousand heads of runs that there are not',
    `DO $$ BEGIN FOR n IN 1..1000 LOOP
       BEGIN PERFORM cutter_governance.fn_note_head('run-20260521-' || lpad(to_hex(n), 16, '0'), 1, repeat('a', 64));
       EXCEPTION WHEN SQLSTATE 'CG001' THEN NULL; END; END LOOP; END $$`,
    { harmless: 'each refused, none kept' },
  ),
];
