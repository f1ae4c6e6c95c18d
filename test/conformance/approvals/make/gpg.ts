// A throw-away GnuPG home whose clock is set for each command.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export class Gpg {
  readonly home = mkdtempSync(join(tmpdir(), 'gpg-'));

  /** Runs gpg at the given instant; `input` goes to its standard input. Throws when gpg fails. */
  run(args: readonly string[], options: { at: string; input?: Uint8Array | string }): Buffer {
    const clock = `${options.at.slice(0, 19).replaceAll(/[-:]/g, '')}!`;
    const quiet = [
      '--batch',
      '--yes',
      '--quiet',
      '--no-tty',
      '--pinentry-mode',
      'loopback',
      '--passphrase',
      '',
    ];
    return execFileSync('gpg', ['--homedir', this.home, '--faked-system-time', clock, ...quiet, ...args], {
      input: options.input ?? '',
      stdio: ['pipe', 'pipe', 'pipe'],
    });
  }

  /** Makes a primary key and gives its fingerprint. `expires` as gpg takes it: `never`, `seconds=3600`. */
  makeKey(
    user: string,
    key: { at: string; algorithm: string; usage: string; expires?: string; options?: readonly string[] },
  ): string {
    const { at, algorithm, usage, expires = 'never', options = [] } = key;
    this.run([...options, '--quick-gen-key', user, algorithm, usage, expires], { at });
    return this.fingerprints(user, at)[0] ?? '';
  }

  /** Adds a subkey and gives its fingerprint. */
  addKey(primary: string, key: { at: string; algorithm: string; usage: string; expires?: string }): string {
    this.run(['--quick-add-key', primary, key.algorithm, key.usage, key.expires ?? 'never'], { at: key.at });
    return this.fingerprints(primary, key.at).at(-1) ?? '';
  }

  sign(document: Uint8Array, options: { by: string; at: string; options?: readonly string[] }): Buffer {
    const args = [...(options.options ?? []), '--local-user', options.by, '--armor', '--detach-sign'];
    return this.run(args, { at: options.at, input: document });
  }

  clearSign(document: Uint8Array, options: { by: string; at: string }): Buffer {
    return this.run(['--local-user', options.by, '--clear-sign'], { at: options.at, input: document });
  }

  /** Imports the revocation certificate that gpg made with the key. */
  revoke(fingerprint: string, at: string): void {
    const path = join(this.home, 'openpgp-revocs.d', `${fingerprint}.rev`);
    const certificate = readFileSync(path, 'utf8').replace(':-----BEGIN', '-----BEGIN');
    writeFileSync(path, certificate);
    this.run(['--import', path], { at });
  }

  export(fingerprint: string, at: string): Buffer {
    return this.run(['--armor', '--export', fingerprint], { at });
  }

  close(): void {
    execFileSync('gpgconf', ['--homedir', this.home, '--kill', 'all']);
    rmSync(this.home, { recursive: true, force: true });
  }

  private fingerprints(key: string, at: string): string[] {
    const listing = this.run(['--with-colons', '--list-keys', key], { at }).toString();
    return [...listing.matchAll(/^fpr:+([0-9A-F]{40}):/gm)].map(([, fingerprint]) => fingerprint ?? '');
  }
}
