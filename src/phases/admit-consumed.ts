// Before a step does anything, every approval that the run has consumed is put before the governed database as well.
// The bot has accepted it; when the database does not, one of the two verifiers is wrong and nothing goes on.
import { admitHere, admittedOf } from '../governed/admit.ts';
import { NotYet } from '../stop/deadline.ts';
import { Stop } from '../stop/stop.ts';
import type { PhaseContext } from './context.ts';

/** Throws Stop `guard_refused` with the reason of the database. */
export async function admitConsumed({
  run,
  governed,
  assertEnabled,
  signedBytes,
}: PhaseContext): Promise<void> {
  const { runId, approvals } = run;
  const admitted = await governed.read('cutter_exec', (reader) => admittedOf(reader, runId));
  for (const approval of approvals.filter(({ document_sha256 }) => !admitted.has(document_sha256))) {
    const signed = await signedBytes(approval);
    const { verdict, reason, detail } = await governed.write('cutter_exec', { assertEnabled }, (writer) =>
      admitHere(writer, signed),
    );
    // The clocks agree within what is tolerated, or the run had stopped before this: so that time comes by itself.
    if (verdict === 'rejected' && reason === 'signed_in_future')
      throw new NotYet(`by the governed database's clock ${approval.path} is not signed yet`, 5_000);
    // Ended since the bot accepted it: the two agree, and the kill switch says so at the first write.
    if (verdict === 'rejected' && reason !== 'window_expired')
      throw new Stop(
        'guard_refused',
        `${reason}: the bot accepted ${approval.path}, the governed database does not (${detail ?? 'no detail'})`,
      );
  }
}
