// A signed withdrawal, written by hand as the sovereign would.
import { sha256 } from '../../../src/digest/digest.ts';
import { signedUtc } from '../../../src/local/sovereign.ts';
import { detachSign } from '../../../src/local/throwaway-keys.ts';
import { sovereign } from '../fixture.ts';
import { admission } from './attack.ts';
import type { Stage } from './stage.ts';

export async function signWithdrawal(approvalSha256: string) {
  const { key } = await sovereign();
  const at = new Date(Math.floor(Date.now() / 1000) * 1000);
  const fields = `gate: SG_W_withdrawal\nsigned_utc: ${signedUtc(at)}\nallowance: explicit\napproval_sha256: ${approvalSha256}`;
  const text = `---\n${fields}\n---\n\nI take this back.\n`;
  const document = Buffer.from(text);
  return {
    document,
    sha256: sha256(document),
    signatures: [{ bytes: Buffer.from(await detachSign(text, { key, at })) }],
  };
}

export async function withdraw(stage: Stage, approvalSha256: string): Promise<void> {
  const signed = await signWithdrawal(approvalSha256);
  const outcome = await stage.as('cutter_exec', (session) => admission(session, signed));
  if (outcome !== 'accepted') throw new Error(`the withdrawal is ${outcome}`);
}
