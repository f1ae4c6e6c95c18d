// The person's own gpg: which of their keys can sign, their public parts, and one signature. A passphrase or a card is
// asked for by gpg's own agent and never passes through here.
import { isFingerprint, tidyFingerprint } from '../approval/fingerprint.ts';
import { SignFault } from './fault.ts';
import { type Environment, run } from './program.ts';

export interface OwnKey {
  /** Of the primary key: 40 upper-case hexadecimal digits. */
  readonly fingerprint: string;
  readonly name: string;
}

/** Keys with a secret part that can sign, as gpg lists them. Throws SignFault `gpg`. */
export async function ownKeys(environment: Environment): Promise<OwnKey[]> {
  const args = ['--batch', '--with-colons', '--fixed-list-mode', '--list-secret-keys'];
  const { code, output, said } = await run('gpg', args, { environment });
  if (code !== 0) throw new SignFault('gpg', `gpg cannot list your keys: ${said}`);
  const keys: OwnKey[] = [];
  let current: { usable: boolean; fingerprint: string; name: string } | undefined;
  const take = () => {
    if (current?.usable && isFingerprint(current.fingerprint))
      keys.push({ fingerprint: current.fingerprint, name: current.name });
  };
  for (const line of output.toString('utf8').split('\n')) {
    const field = line.split(':');
    switch (field[0]) {
      case 'sec':
        take();
        // Capital letters say what the whole key can do; r, e, d, i are revoked, expired, disabled, invalid.
        current = {
          usable: !/[redi]/.test(field[1] ?? '') && /S/.test(field[11] ?? ''),
          fingerprint: '',
          name: '',
        };
        break;
      case 'fpr':
        if (current && current.fingerprint === '') current.fingerprint = tidyFingerprint(field[9] ?? '');
        break;
      case 'uid':
        if (current && current.name === '') current.name = field[9] ?? '';
        break;
      default:
    }
  }
  take();
  return keys;
}

/** The armored public key, or undefined where gpg has none of that fingerprint. */
export async function exportKey(fingerprint: string, environment: Environment): Promise<Buffer | undefined> {
  const args = ['--batch', '--armor', '--export', fingerprint];
  const { output } = await run('gpg', args, { environment });
  return output.length === 0 ? undefined : output;
}

/** A detached signature over exactly these bytes, by this key. Throws SignFault `gpg`. */
export async function signBytes(
  document: Uint8Array,
  { fingerprint, environment }: { fingerprint: string; environment: Environment },
): Promise<Buffer> {
  const args = ['--armor', '--digest-algo', 'SHA512', '--local-user', fingerprint, '--detach-sign'];
  const { code, output, said } = await run('gpg', args, { environment, input: document });
  if (code === 0 && output.length > 0) return output;
  throw new SignFault('gpg', `gpg has not signed${said === '' ? '' : `: ${said}`}\nNothing was sent.`);
}
