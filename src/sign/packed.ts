// A folder that is carried to a machine without a network and back: the history as one git bundle on the way there, the
// signed files on the way back. What is believed on either machine is computed there.

import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { z } from 'zod';
import type { ApprovalFile } from '../approval/admission.ts';
import { approvalSignedBy, isApprovalPath } from '../approval/file-name.ts';
import { COMMIT_ID_FORM } from '../digest/commit-id.ts';
import { markedAs } from '../digest/format.ts';
import { SignFault } from './fault.ts';
import type { Home } from './home.ts';
import { type Environment, git } from './program.ts';

const BUNDLE = 'history.bundle';
const NOTE = 'packed.json';
const SIGNED = 'signed';

const packed = z.strictObject({
  format: markedAs('countersign/packed/1'),
  branch: z.string().regex(/^[\w][\w./-]{0,200}$/),
  head: z.string().regex(COMMIT_ID_FORM),
});

export async function pack(folder: string, home: Home): Promise<void> {
  const { directory, environment, branch, head, remote } = home;
  await mkdir(folder, { recursive: true });
  const ref = `refs/remotes/${remote}/${branch}`;
  const doing = `packing the history into ${folder}`;
  await git(['bundle', 'create', '--quiet', resolve(folder, BUNDLE), ref], { directory, environment, doing });
  const note = { format: 'countersign/packed/1', branch, head };
  await writeFile(join(folder, NOTE), `${JSON.stringify(note, null, 2)}\n`);
}

/** A clone of what was packed, in a folder of its own that `close` removes. */
export async function openPacked(
  folder: string,
  environment: Environment,
): Promise<Home & { close(): Promise<void> }> {
  const { branch, head } = await readNote(folder);
  const scratch = await mkdtemp(join(tmpdir(), 'countersign-offline-'));
  const close = () => rm(scratch, { recursive: true, force: true });
  try {
    const directory = join(scratch, 'clone.git');
    const at = { environment, doing: `opening the history in ${folder}` };
    await git(['init', '--quiet', '--bare', directory], { ...at, directory: scratch });
    const bundle = resolve(folder, BUNDLE);
    await git(['fetch', '--quiet', '--no-tags', '--', bundle, '+refs/remotes/*:refs/packed/*'], {
      ...at,
      directory,
    });
    return { directory, remote: folder, url: '', branch, head, branches: null, environment, close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function readNote(folder: string): Promise<z.infer<typeof packed>> {
  try {
    return packed.parse(JSON.parse(await readFile(join(folder, NOTE), 'utf8')));
  } catch (error) {
    throw new SignFault('packed', `${folder} holds nothing that countersign sign --pack made`, {
      cause: error,
    });
  }
}

export async function putSigned(folder: string, files: readonly ApprovalFile[]): Promise<void> {
  await mkdir(join(folder, SIGNED), { recursive: true });
  for (const { path, bytes } of files)
    await writeFile(join(folder, SIGNED, basename(path)), bytes, { flag: 'wx' });
}

/** Every signed approval in the folder, each with its signatures. Throws SignFault where there is none. */
export async function readSigned(folder: string): Promise<ApprovalFile[][]> {
  const names = await readdir(join(folder, SIGNED)).catch(() => [] as string[]);
  const paths = names.sort().map((name) => `approvals/${name}`);
  const load = async (path: string): Promise<ApprovalFile> => {
    return { path, bytes: await readFile(join(folder, SIGNED, basename(path))) };
  };
  const groups = paths
    .filter(isApprovalPath)
    .map((path) => [path, ...paths.filter((other) => approvalSignedBy(other) === path)]);
  if (groups.length === 0)
    throw new SignFault(
      'packed',
      `${folder} holds nothing signed: sign there with countersign sign --offline ${folder}`,
    );
  return Promise.all(groups.map((group) => Promise.all(group.map(load))));
}
