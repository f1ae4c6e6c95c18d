// That everything in the tables is what somebody signed, recomputed by the database from its rows, whoever wrote them.
import type { Stage } from './stage.ts';

const ASSERT = `
  DO $$
  DECLARE
    v_set cutter_governance.cut_change_set;
  BEGIN
    FOR v_set IN SELECT * FROM cutter_governance.cut_change_set ORDER BY id LOOP
      IF v_set.reverted_at IS NOT NULL THEN
        PERFORM cutter_guard.assert_revert(v_set);
      ELSE
        PERFORM cutter_guard.assert_account(v_set);
        IF v_set.enacted_at IS NOT NULL THEN
          PERFORM cutter_guard.assert_enactment(v_set);
        END IF;
      END IF;
    END LOOP;
  END
  $$`;

/** Throws when a cut, an enactment or a revert is not what was signed, or a row belongs to none. */
export async function assertSound({ root }: Stage): Promise<void> {
  await root.admin(async (writer) => {
    await writer.script(ASSERT);
    const [loose] = await writer.query<{ rows: number }>(
      `SELECT ((SELECT count(*) FROM public.information_unit WHERE run_id IS NULL)
             + (SELECT count(*) FROM public.unit_version WHERE run_id IS NULL)
             + (SELECT count(*) FROM cutter_governance.verify_result AS one
                 WHERE one.result_sha256 <> cutter_guard.digest_of(cutter_guard.canonical_json(one.result))))::integer AS rows`,
    );
    if (loose?.rows !== 0) throw new Error(`${loose?.rows} rows belong to no run`);
  });
}
