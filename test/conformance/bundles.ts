// Clones as small files: the genuine repository as one git bundle, each tampered one as what it has besides.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const V1 = fileURLToPath(new URL('./v1/', import.meta.url));
const GENUINE = join(V1, 'clones', 'genuine.bundle');

const git = (...args: string[]) => execFileSync('git', args, { stdio: 'pipe', encoding: 'utf8' }).trim();

export function bundleGenuine(gitDirectory: string): void {
  mkdirSync(join(V1, 'clones'), { recursive: true });
  git('-C', gitDirectory, 'bundle', 'create', '--quiet', GENUINE, 'main');
}

/** Of a work tree whose `main` has gone another way than the genuine one. */
export function bundleTampered(folder: string, { name, genuine }: { name: string; genuine: string }): void {
  git('-C', folder, 'branch', '--force', 'tampered', 'HEAD');
  git('-C', folder, 'bundle', 'create', '--quiet', join(V1, 'clones', name), 'tampered', '--not', genuine);
}

/** A bare clone at `folder`, whose HEAD is what the bundle holds. */
export function openBundle(name: string, folder: string): void {
  git('clone', '--quiet', '--bare', '--branch', 'main', GENUINE, folder);
  const file = join(V1, 'clones', name);
  if (!existsSync(file)) throw new Error(`${file} is not there: make the corpus again`);
  if (file === GENUINE) return;
  git('-C', folder, 'fetch', '--quiet', file, 'tampered:tampered');
  git('-C', folder, 'symbolic-ref', 'HEAD', 'refs/heads/tampered');
}
