// The clock of an embedded database, moved by a test. The guard judges windows by the database's own clock alone, so every
// function that reads it is installed again with a clock that runs ahead by a setting of the session.
import type { PGlite } from '@electric-sql/pglite';
import { openEmbedded } from '../../src/governed/embedded.ts';

const SKEWED = `(clock_timestamp() + coalesce(nullif(current_setting('countersign.skew', true), ''), '0')::interval)`;

export async function letClockMove(pglite: PGlite): Promise<void> {
  await openEmbedded(pglite).admin(async (writer) => {
    const found = await writer.query<{ definition: string }>(
      `SELECT pg_get_functiondef(pg_proc.oid) AS definition FROM pg_proc JOIN pg_namespace ON pg_namespace.oid = pronamespace
        WHERE nspname IN ('public', 'cutter_governance', 'cutter_guard') AND prosrc LIKE '%clock_timestamp()%'`,
    );
    if (found.length < 4) throw new Error('the functions that read the clock were not found');
    for (const { definition } of found)
      await writer.script(definition.replaceAll('clock_timestamp()', SKEWED));
  });
}

export async function moveClock(pglite: PGlite, to: Date): Promise<void> {
  const skewMs = to.getTime() - Date.now();
  await pglite.query(`SELECT set_config('countersign.skew', $1, false)`, [`${skewMs} milliseconds`]);
}
