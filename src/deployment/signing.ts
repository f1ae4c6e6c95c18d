// What offers say of the signers of this deployment: whom the settings pin, whom they name, and when their keys end.
import type { KeyRing } from '../approval/key-ring.ts';
import type { Repository } from '../github/repository.ts';
import type { Signing } from '../publish/signing.ts';
import type { RecorderKey } from '../record/recorder-key.ts';
import type { Signer } from '../report/signers.ts';
import type { Config } from './config.ts';

/** Read anew for each publication. Throws when GitHub gave no answer, and KeyFault when a pinned key is missing. */
export async function signingOf(
  { orchestrator }: Pick<Config, 'orchestrator'>,
  {
    repository,
    keys,
    recorderKey,
  }: { repository: Repository; keys: () => Promise<KeyRing>; recorderKey: RecorderKey },
): Promise<Omit<Signing, 'recordUrl'>> {
  const ring = await keys();
  const logins = new Map(orchestrator.sovereigns.map(({ login, fingerprint }) => [fingerprint, login]));
  const signers = ring.pinned.map((fingerprint): Signer => {
    return { login: logins.get(fingerprint) ?? null, fingerprint, endsAt: lastEnd(ring, fingerprint) };
  });
  const { thresholds } = orchestrator.policy;
  return { signers, thresholds, recorderKey, taken: await takenNames(repository) };
}

/** When the last key that may sign for this person ends; null where one never does. */
function lastEnd({ keys }: KeyRing, primary: string): Date | null {
  const ends = [...keys.values()]
    .filter((key) => key.primary === primary && !key.unusable)
    .map(({ expiresAt }) => expiresAt);
  if (ends.length === 0 || ends.includes(undefined)) return null;
  return new Date(Math.max(...ends.map((end) => end?.getTime() ?? 0)));
}

/** Every path in approvals/ of the default branch: what was merged is never taken away. */
export async function takenNames(repository: Repository): Promise<readonly string[]> {
  const entries = await repository.folder(await repository.recentHead(), 'approvals');
  return (entries ?? []).map(({ path }) => path);
}
