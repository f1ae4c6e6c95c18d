// The recorder's statement of a run: signed by a key that an enable of this very run names, and word for word what its log
// gives. Its key is believed for no other reason.
import { decodeEnvelope, type Envelope, IN_TOTO, openEnvelope } from '../record/dsse.ts';
import { encodeStatement, statementPath } from '../record/statement.ts';
import { statementOf } from '../run/statement.ts';
import { bytesOf, type Evidence } from './evidence.ts';
import type { KeptName } from './files.ts';
import type { Finding, FindingCode } from './finding.ts';
import type { FollowedLog } from './record.ts';

export async function judgeStatement(
  { state, events, runId }: FollowedLog,
  { evidence, kept }: { readonly evidence: Evidence; readonly kept: ReadonlyMap<KeptName, Buffer> },
): Promise<Finding[]> {
  const path = statementPath(runId);
  const now = evidence.paths.get(path)?.now;
  const find = (code: FindingCode, detail: string): Finding[] => [{ code, where: path, detail }];
  const texts = new Map([...kept].map(([name, bytes]) => [name, bytes.toString('utf8')]));
  const expected = statementOf(state, { events, kept: texts });
  if (!expected)
    return now
      ? find('statement_untrusted', 'no enable of this run names a recorder')
      : find('no_recorder', 'the run was opened before there were recorders');
  if (!now) return find('statement_missing', `its recorder is ${state.recorderKeys.join(', ')}`);
  const envelope = decodeEnvelope(await bytesOf(now, evidence));
  if (!envelope.ok) return find('statement_untrusted', `it ${envelope.flaw.detail}`);
  const opened = openedBy(envelope.value, state.recorderKeys);
  if (!opened.ok) return find('statement_untrusted', `it ${opened.flaw.detail}`);
  if (opened.value.payload.equals(encodeStatement(expected))) return [];
  return find('statement_differs', `it is signed by ${opened.value.signedBy}, and of another record`);
}

function openedBy(envelope: Envelope, keys: readonly string[]) {
  return openEnvelope(envelope, { payloadType: IN_TOTO, keys });
}
