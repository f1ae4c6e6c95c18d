// The governed database's own master switch: off, its functions write nothing, whoever calls them. Switching it off waits
// for the write that is under way, so that "off" is true when it is said.
import { z } from 'zod';
import { Stop } from '../stop/stop.ts';
import type { GovernedDatabase, Reader, Writer } from './database.ts';

/** A transaction of a writer that has not ended. `since` is told to the session's own role alone. */
const writing = z.object({ pid: z.number().int(), role: z.string(), since: z.date().nullable() });

export type Writing = z.infer<typeof writing>;

export interface GovernedSwitch {
  readonly off: boolean;
  readonly changedAt: Date | null;
  readonly changedBy: string | null;
  readonly writing: readonly Writing[];
}

const rows = z.array(
  z.object({ enabled: z.boolean(), changed_at: z.date().nullable(), changed_by: z.string().nullable() }),
);

/**
 * Only reads. Every writer holds a shared lock on the switch's row until its transaction ends (writers/041), and a row lock
 * shows as RowShareLock of its table: no other statement of ours takes one there.
 */
export async function readSwitch(reader: Reader): Promise<GovernedSwitch> {
  // The switch before the locks: whoever locked the row before it went off has ended, whoever comes after finds it off.
  const [state] = rows.parse(
    await reader.query('SELECT enabled, changed_at, changed_by FROM cutter_governance.master_switch'),
  );
  const found = await reader.query(
    `SELECT held.pid, coalesce(session.usename::text, 'unknown') AS role,
            session.xact_start AS since
       FROM pg_locks AS held LEFT JOIN pg_stat_activity AS session USING (pid)
      WHERE held.relation = 'cutter_governance.master_switch'::regclass AND held.mode = 'RowShareLock'
        AND held.database = (SELECT oid FROM pg_database WHERE datname = current_database())
        AND held.granted AND held.pid <> pg_backend_pid()
      ORDER BY held.pid`,
  );
  return {
    // A missing row reads as off, as it does to the functions.
    off: state?.enabled !== true,
    changedAt: state?.changed_at ?? null,
    changedBy: state?.changed_by ?? null,
    writing: z.array(writing).parse(found),
  };
}

/** How long `disable` waits for a write to end. The bot's own ends at its next statement: its switch went off before. */
export const WAIT_FOR_WRITE_MS = 30_000;

/** As cutter_exec. `still_writing`: a write did not end in time, and the switch is as it was. */
export async function switchOff(
  governed: Pick<GovernedDatabase, 'note'>,
  { by, waitMs = WAIT_FOR_WRITE_MS }: { by: string; waitMs?: number },
): Promise<'off' | 'still_writing'> {
  try {
    await governed.note(async (writer) => {
      await writer.script(`SET LOCAL lock_timeout = ${Math.max(1, Math.round(waitMs))}`);
      await writer.write('SELECT cutter_governance.fn_master_off($1)', [by]);
    });
    return 'off';
  } catch (error) {
    if (error instanceof Stop && error.code === 'database_busy') return 'still_writing';
    throw error;
  }
}

/** As workflow_admin alone. */
export async function switchOn(writer: Writer, by: string): Promise<void> {
  await writer.write('SELECT cutter_guard.master_on($1)', [by]);
}
