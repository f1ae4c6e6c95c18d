// What no case of a run can show of the functions: that each has its search path, its owner and its callers and no other,
// and that the check would say so of each one where it is not.
import { describe, expect, test } from 'vitest';
import { probeGrants } from '../../src/governed/grants.ts';
import { FN_ADMIT } from '../../src/governed/guard.ts';
import { EXPECTED } from '../../src/governed/matrix.ts';
import { checkSchema } from '../../src/governed/schema-check.ts';
import { EXEC_FUNCTIONS, READING_FUNCTIONS, VERIFY_FUNCTIONS } from '../../src/governed/writers.ts';
import { databasesOf, embeddedBackend } from './fixture.ts';

const DOORS = [...new Set([FN_ADMIT, ...EXEC_FUNCTIONS, ...READING_FUNCTIONS, ...VERIFY_FUNCTIONS])];
/** They run in the rights of their owner without being called by anybody: the triggers. */
const TRIGGERED = ['cutter_guard.check_at_commit()', 'cutter_guard.note_hand_write()'];
/** They read in the rights of their caller. */
const OF_THE_CALLER = ['cutter_governance.account_of(text)', 'cutter_governance.documents_unlike_heads()'];

const FUNCTIONS = `
  SELECT format('%I.%I(%s)', nspname, proname, oidvectortypes(proargtypes)) AS name, proname, prosecdef AS definer,
         proowner::regrole::text AS owner, coalesce(proconfig, '{}') AS config
    FROM pg_proc JOIN pg_namespace ON pg_namespace.oid = pronamespace
   WHERE nspname IN ('cutter_guard', 'cutter_governance') OR nspname = 'public' AND proname ~ '^fn_' ORDER BY 1`;

interface Found {
  readonly name: string;
  readonly proname: string;
  readonly definer: boolean;
  readonly owner: string;
  readonly config: readonly string[];
}

describe('the functions of the governed database', () => {
  const open = databasesOf(embeddedBackend);
  const opened = async () => {
    const { root } = await open();
    return { root, functions: await root.admin((writer) => writer.query<Found>(FUNCTIONS)) };
  };

  test('have each a fixed search path in which nothing of a caller comes first, and one owner', async () => {
    const { functions } = await opened();
    expect(functions.length).toBeGreaterThan(60);
    for (const { name, owner, config } of functions) {
      expect(owner, name).toBe('workflow_admin');
      const path = config.filter((one) => one.startsWith('search_path='));
      // A plain SQL function without one is inlined; it then names its schemas itself, and is called by the others alone.
      if (path.length === 0) expect(NAMED_THROUGHOUT, name).toContain(name);
      else expect(path, name).toEqual(['search_path=pg_catalog, pg_temp']);
    }
  });

  test('run in the rights of their owner where they are doors, and nowhere else', async () => {
    const { functions } = await opened();
    const definers = functions.filter(({ definer }) => definer).map(({ name }) => name);
    expect(definers).toEqual([...DOORS, ...TRIGGERED].sort());
    for (const { config, name } of functions.filter(({ definer }) => definer))
      expect(config, name).toContain('search_path=pg_catalog, pg_temp');
  });

  test('are called by nobody but whom the matrix names: each grant too many is found, each too few', async () => {
    const { root, functions } = await opened();
    const callers = (name: string) =>
      EXPECTED.filter(({ object, privilege }) => object === `function ${name}` && privilege === 'EXECUTE');
    await root.admin(async (writer) => {
      for (const { name } of functions) {
        await writer.script(`GRANT EXECUTE ON FUNCTION ${name} TO PUBLIC`);
        for (const { role } of callers(name))
          await writer.script(`REVOKE EXECUTE ON FUNCTION ${name} FROM ${role}`);
      }
    });
    const { deviations } = await root.admin(probeGrants);
    const named = (kind: string) =>
      deviations.filter((one) => one.kind === kind).map(({ role, object }) => `${role} ${object}`);
    expect(named('excess').sort()).toEqual(functions.map(({ name }) => `PUBLIC function ${name}`).sort());
    const lacking = functions.flatMap(({ name }) =>
      callers(name).map(({ role }) => `${role} function ${name}`),
    );
    expect(named('lack').sort()).toEqual(lacking.sort());
    expect(lacking.length).toBe(DOORS.length + READING_FUNCTIONS.length + 2 * OF_THE_CALLER.length);
  });

  test('are missed by the check when one loses its search path, or gains the rights of its owner', async () => {
    const { root, functions } = await opened();
    const paths = functions.filter(({ config }) => config.length > 0);
    await root.admin(async (writer) => {
      for (const { name } of paths) await writer.script(`ALTER FUNCTION ${name} RESET search_path`);
      for (const { name } of functions.filter(({ definer }) => !definer))
        await writer.script(`ALTER FUNCTION ${name} SECURITY DEFINER`);
    });
    const { differences } = await checkSchema(root);
    const changed = new Set(differences.flatMap(({ object }) => /^function (\w+)\(/.exec(object)?.[1] ?? []));
    expect([...changed].sort()).toEqual([...new Set(functions.map(({ proname }) => proname))].sort());
  });

  test('are asked at COMMIT by triggers that are deferred, and missed when one is not', async () => {
    const { root } = await opened();
    const triggers = () =>
      root.admin((writer) =>
        writer.query(
          `SELECT tgname, tgdeferrable, tginitdeferred, tgenabled FROM pg_trigger
            WHERE tgrelid = 'cutter_governance.cut_change_set'::regclass AND tgname ~ '^check' ORDER BY tgname`,
        ),
      );
    const deferred = { tgdeferrable: true, tginitdeferred: true, tgenabled: 'O' };
    expect(await triggers()).toEqual([
      { tgname: 'check_at_commit_of_change', ...deferred },
      { tgname: 'check_at_commit_of_cut', ...deferred },
    ]);
    await root.admin((writer) =>
      writer.script(`ALTER TABLE cutter_governance.cut_change_set DISABLE TRIGGER check_at_commit_of_change;
        DROP TRIGGER check_at_commit_of_cut ON cutter_governance.cut_change_set;
        CREATE CONSTRAINT TRIGGER check_at_commit_of_cut AFTER INSERT ON cutter_governance.cut_change_set
          DEFERRABLE INITIALLY IMMEDIATE FOR EACH ROW EXECUTE FUNCTION cutter_guard.check_at_commit()`),
    );
    const { differences } = await checkSchema(root);
    expect(differences.map(({ object }) => object)).toEqual([
      'trigger cut_change_set.check_at_commit_of_cut',
      'disabled trigger cut_change_set.check_at_commit_of_change',
    ]);
  });
});

const NAMED_THROUGHOUT: readonly string[] = [
  'tree_leaf(text)',
  'plan_header(text, text, text, text, text)',
  'plan_row(text, integer, text, text, text, text, text, text, text, text, bigint, bigint, text)',
  'plan_retired(text, text, text, text, text)',
  'plan_lines(bigint)',
].map((signature) => `cutter_guard.${signature}`);
