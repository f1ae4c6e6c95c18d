// fn_admit as the roles see it: cutter_exec may ask and read, nobody but the guard may write, and nobody may look inside.
import { describe, expect, test } from 'vitest';
import type { Role } from '../../../src/governed/database.ts';
import { FN_ADMIT, GUARD_FUNCTIONS, GUARD_TABLES } from '../../../src/governed/guard.ts';
import { checkSchema } from '../../../src/governed/schema-check.ts';
import { applySigners } from '../../../src/governed/signers.ts';
import { BACKENDS, databasesOf, enabled, realBackend } from '../fixture.ts';
import { BOUND } from './admission-cases.ts';
import { approvalText, makeSigner, signed, utc } from './signer.ts';

const ADMIT = 'SELECT * FROM cutter_governance.fn_admit($1, $2::bytea[])';

describe.each(BACKENDS)('fn_admit in %s', (_, start) => {
  const open = databasesOf(start);

  async function prepared() {
    const database = await open();
    const signer = await makeSigner('sovereign');
    await database.root.admin(async (writer) => {
      await applySigners(writer, { keys: signer.rows, thresholds: {} });
      await writer.write("UPDATE cutter_governance.deployment SET name = 'production'");
    });
    const at = new Date();
    const fields = { gate: 'GAP7_execution_enable', signed_utc: utc(at), allowance: 'explicit' };
    const text = approvalText({ ...fields, ...BOUND['GAP7_execution_enable'] });
    const asked = [Buffer.from(text), [signed(signer, text, { at })]];
    const as = <Row>(role: Role, sql: string, values: readonly unknown[] = []) =>
      database.db.write(role, { assertEnabled: enabled }, (writer) => writer.query<Row>(sql, values));
    return { ...database, signer, asked, as, text };
  }

  test('is asked by cutter_exec, and what it keeps is read by both roles', async () => {
    const { as, asked, signer, text } = await prepared();
    const [answer] = await as<Record<string, unknown>>('cutter_exec', ADMIT, asked);
    expect(answer).toMatchObject({ verdict: 'accepted', reason: null, signers: [signer.fingerprint] });
    for (const role of ['cutter_exec', 'cutter_verify'] as const) {
      const rows = await as<{ document: Uint8Array; run_id: string }>(
        role,
        'SELECT document, run_id, used_at, withdrawn_by FROM cutter_governance.approval',
      );
      expect(rows).toMatchObject([{ run_id: answer?.['run_id'], used_at: null, withdrawn_by: null }]);
      expect(Buffer.from(rows[0]?.document ?? []).toString()).toBe(text);
    }
  });

  test('refuses one who shadows what it calls', async () => {
    const { db, asked } = await prepared();
    const rows = await db.write('cutter_exec', { assertEnabled: enabled }, async (writer) => {
      await writer.script('SET LOCAL search_path = pg_temp, public, pg_catalog');
      return writer.query<{ verdict: string }>(ADMIT, asked);
    });
    expect(rows).toMatchObject([{ verdict: 'accepted' }]);
  });

  test('is the only door: neither role writes a table or calls a part of the guard', async () => {
    const { as, asked } = await prepared();
    await as('cutter_exec', ADMIT, asked);
    const refused = { code: 'refused', sqlState: '42501' };
    await expect(as('cutter_verify', ADMIT, asked)).rejects.toMatchObject(refused);
    for (const role of ['cutter_exec', 'cutter_verify'] as const) {
      for (const table of GUARD_TABLES) {
        for (const statement of [
          `INSERT INTO ${table} DEFAULT VALUES`,
          `DELETE FROM ${table}`,
          `TRUNCATE ${table}`,
          `SELECT FROM ${table} FOR UPDATE`,
        ])
          await expect(as(role, statement), `${role}: ${statement}`).rejects.toMatchObject(refused);
      }
      for (const change of [
        'approval SET used_at = NULL',
        'signer_key SET revoked_at = NULL',
        "deployment SET name = 'x'",
        'master_switch SET enabled = true',
      ])
        await expect(as(role, `UPDATE cutter_governance.${change}`), change).rejects.toMatchObject(refused);
      for (const call of [
        "cutter_guard.judge('', '{}', now(), false)",
        "cutter_guard.run_id_of('')",
        "cutter_guard.crc24('')",
      ])
        await expect(as(role, `SELECT ${call}`), call).rejects.toMatchObject(refused);
    }
  });

  test('answers nothing in a transaction that only reads', async () => {
    const { db, asked } = await prepared();
    await expect(db.read('cutter_exec', (reader) => reader.query(ADMIT, asked))).rejects.toMatchObject({
      sqlState: '25006',
    });
  });

  test('and every part of it has a fixed search path and an owner, and no one else’s grant', async () => {
    const { root } = await open();
    const rows = await root.admin((writer) =>
      writer.query<{ name: string; owner: string; config: string[] | null; grantees: number }>(
        `SELECT format('%I.%I(%s)', nspname, proname, oidvectortypes(proargtypes)) AS name,
                proowner::regrole::text AS owner, proconfig AS config,
                (SELECT count(*)::integer FROM aclexplode(proacl) AS one WHERE one.grantee <> proowner) AS grantees
           FROM pg_proc JOIN pg_namespace ON pg_namespace.oid = pronamespace
          WHERE nspname = 'cutter_guard' OR proname = 'fn_admit' ORDER BY 1`,
      ),
    );
    const parts = rows.filter(({ name }) => [FN_ADMIT, ...GUARD_FUNCTIONS].includes(name));
    expect(parts).toHaveLength(GUARD_FUNCTIONS.length + 1);
    expect(new Set(parts.map(({ owner }) => owner))).toEqual(new Set(['workflow_admin']));
    for (const { name, config, grantees } of parts) {
      expect(grantees, name).toBe(name === FN_ADMIT ? 1 : 0);
      expect(config ?? [], name).toContain('search_path=pg_catalog, pg_temp');
    }
  });

  test('stands as `db check` expects, and a changed part is noticed', async () => {
    const { root } = await open();
    expect(await checkSchema(root)).toMatchObject({ differences: [], deviations: [] });
    await root.admin((writer) =>
      writer.script(`CREATE OR REPLACE FUNCTION cutter_guard.ed25519_verify(p_key bytea, p_message bytea, p_signature bytea)
        RETURNS boolean LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS 'SELECT true';
        ALTER TABLE cutter_governance.signer_key DROP CONSTRAINT signer_key_sound;
        CREATE FUNCTION cutter_guard.more() RETURNS boolean LANGUAGE sql AS 'SELECT true'`),
    );
    const { differences } = await checkSchema(root);
    expect(differences.map(({ object }) => object)).toEqual([
      'constraint signer_key.signer_key_sound',
      'function ed25519_verify(p_key bytea, p_message bytea, p_signature bytea)',
      'function more()',
    ]);
  });
});

describe('two sessions of PostgreSQL', () => {
  const open = databasesOf(realBackend);

  test('a withdrawal waits for whoever is using what it withdraws, and comes too late', async () => {
    const { db, root } = await open();
    const signer = await makeSigner('sovereign');
    await root.admin(async (writer) => {
      await applySigners(writer, { keys: signer.rows, thresholds: {} });
      await writer.write("UPDATE cutter_governance.deployment SET name = 'production'");
    });
    const at = new Date();
    const ask = (gate: string, bindings: Readonly<Record<string, string>>) => {
      const text = approvalText({ gate, signed_utc: utc(at), allowance: 'explicit', ...bindings });
      return db.write('cutter_exec', { assertEnabled: enabled }, async (writer) => {
        const values = [Buffer.from(text), [signed(signer, text, { at })]];
        const [row] = await writer.query<{ verdict: string; reason: string | null; document_sha256: string }>(
          ADMIT,
          values,
        );
        return row;
      });
    };
    const cut = await ask('SG_1_cut_authz', BOUND['SG_1_cut_authz'] ?? {});
    expect(cut?.verdict).toBe('accepted');

    const waiting = async () => {
      const sql = `SELECT count(*)::integer AS n FROM pg_stat_activity
                    WHERE datname = current_database() AND usename = 'cutter_exec' AND wait_event_type = 'Lock'`;
      const rows = await root.admin((writer) => writer.query<{ n: number }>(sql));
      return rows[0]?.n === 1;
    };
    let withdrawing: ReturnType<typeof ask> | undefined;
    await root.admin(async (writer) => {
      await writer.script(
        "UPDATE cutter_governance.approval SET used_by = 'run-20260520-0123456789abcdef', used_at = now()",
      );
      withdrawing = ask('SG_W_withdrawal', { approval_sha256: cut?.document_sha256 ?? '' });
      while (!(await waiting()));
    });
    expect(await withdrawing).toMatchObject({ verdict: 'rejected', reason: 'withdrawal_too_late' });
    const kept = await root.admin((writer) =>
      writer.query('SELECT gate, withdrawn_by FROM cutter_governance.approval'),
    );
    expect(kept).toEqual([{ gate: 'SG_1_cut_authz', withdrawn_by: null }]);
  });
});
