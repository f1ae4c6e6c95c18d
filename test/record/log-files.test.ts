// What stands in git against the log that would be appended: every way in which it is not how the log begins.
import { describe, expect, it } from 'vitest';
import { treeHead } from '../../src/merkle/tree-head.ts';
import { CHECKPOINT_PATH, originOf, signCheckpoint } from '../../src/record/checkpoint.ts';
import { logContradiction, logFiles, type Published, RECORDER_PATH } from '../../src/record/log-files.ts';
import type { RecorderSigner } from '../../src/record/recorder-key.ts';
import { newRecorder } from '../support/recorder.ts';

const [recorder, stranger] = [newRecorder(), newRecorder()];
const LEAVES = Array.from({ length: 300 }, (_, index) => `{"n":${index}}`);
const FIRST_FILE = 'runs/log/000000.jsonl';

const logOf = (leaves: readonly string[], by: RecorderSigner = recorder, older: RecorderSigner[] = []) => ({
  ...{ deployment: 'town', leaves },
  recorder: { current: by, older },
});
const publishedAt = (size: number): Published => ({ size, root: treeHead(LEAVES.slice(0, size)) });

/** How these files contradict the whole log. */
function contradicting(
  files: ReadonlyMap<string, string>,
  {
    log = logOf(LEAVES),
    published = publishedAt(270),
  }: { log?: ReturnType<typeof logOf>; published?: Published | null } = {},
): Promise<string | null> {
  return logContradiction(log, {
    published,
    standing: {
      read: async (path) => (files.has(path) ? Buffer.from(files.get(path) ?? '') : null),
      holds: async (path, text) => files.get(path) === text,
      exists: async (path) => [...files.keys()].some((name) => name.startsWith(path)),
    },
  });
}

const standing = await logFiles(logOf(LEAVES.slice(0, 270)));
const changed = (path: string, text: string) => new Map([...standing, [path, text]]);
const without = (...paths: string[]) => new Map([...standing].filter(([path]) => !paths.includes(path)));
const checkpoint = (size: number, by = recorder, leaves: readonly string[] = LEAVES) =>
  signCheckpoint({ origin: originOf('town'), size, root: treeHead(leaves.slice(0, size)) }, by);

describe('a log is continued', () => {
  it('where it stands whole, be it as long or shorter', async () => {
    expect(await contradicting(standing)).toBeNull();
    expect(await contradicting(await logFiles(logOf(LEAVES)))).toBeNull();
    expect(await contradicting(await logFiles(logOf(LEAVES)), { published: publishedAt(300) })).toBeNull();
  });

  it('where nothing stands and nothing was published', async () => {
    expect(await contradicting(new Map(), { published: null })).toBeNull();
  });

  it('where what was published is not known any more', async () => {
    expect(await contradicting(standing, { published: null })).toBeNull();
  });

  it('by a newer key that holds the older one, and where the last checkpoint is word for word the last published', async () => {
    expect(await contradicting(standing, { log: logOf(LEAVES, stranger, [recorder]) })).toBeNull();
    expect(await contradicting(standing, { log: logOf(LEAVES, stranger) })).toBeNull();
  });
});

const HOSTILE: readonly [string, ReadonlyMap<string, string>, RegExp][] = [
  ['where the checkpoint is gone', without(CHECKPOINT_PATH), /checkpoint \(it is gone, and 270 leaves/],
  ['where all of it is gone', new Map<string, string>(), /checkpoint \(it is gone/],
  ['where a full file is gone', without(FIRST_FILE), /000000\.jsonl \(it is not what the checkpoint covers/],
  [
    'where a leaf was changed',
    changed(FIRST_FILE, (standing.get(FIRST_FILE) ?? '').replace('{"n":7}', '{"n":8}')),
    /000000/,
  ],
  ['where the end was cut off', changed('runs/log/000001.jsonl', '{"n":256}\n'), /000001/],
  [
    'where leaves were added',
    changed('runs/log/000001.jsonl', `${standing.get('runs/log/000001.jsonl')}x\n`),
    /000001/,
  ],
  ['where a checkpoint is none', changed(CHECKPOINT_PATH, 'no note\n'), /is not a signed note/],
  [
    'where somebody else signed another checkpoint',
    changed(CHECKPOINT_PATH, await checkpoint(269, stranger)),
    /signed by no key that is trusted/,
  ],
  [
    'where it was set back with an older checkpoint of ours',
    await logFiles(logOf(LEAVES.slice(0, 100))),
    /set back from 270 leaves to 100/,
  ],
  [
    'where it is longer than what is known',
    await logFiles(logOf([...LEAVES, '{"n":300}'])),
    /covers 301 leaves, this log has 300/,
  ],
  [
    'where it is over other leaves',
    await logFiles(logOf(['{"n":-1}', ...LEAVES.slice(1, 280)])),
    /over other leaves than the first 280/,
  ],
  [
    'where it is of another deployment',
    await logFiles({ ...logOf(LEAVES.slice(0, 270)), deployment: 'city' }),
    /is of the log countersign\/city/,
  ],
];

describe('nothing is appended', () => {
  it.each(HOSTILE)('%s', async (_, files, said) => {
    expect(await contradicting(files)).toMatch(said);
  });

  it('where files of a log stand without a checkpoint, though nothing is known of it', async () => {
    expect(await contradicting(without(CHECKPOINT_PATH), { published: null })).toMatch(
      /it is gone, and some/,
    );
  });

  it('where the words are those of the last checkpoint but the root is another', async () => {
    const log = logOf(LEAVES, stranger);
    const published = { size: 270, root: treeHead(['another']) };
    expect(await contradicting(standing, { log, published })).toMatch(/trusted/);
  });
});

describe('runs/recorder.json', () => {
  it('lists the keys, the present one last, as others write them too', async () => {
    const files = await logFiles(logOf(LEAVES.slice(0, 1), stranger, [recorder]));
    const { keys, origin, format } = JSON.parse(files.get(RECORDER_PATH) ?? '');
    expect([format, origin]).toEqual(['countersign/recorder/1', 'countersign/town']);
    expect(keys.map(({ public_key }: { public_key: string }) => public_key)).toEqual([
      recorder.key,
      stranger.key,
    ]);
    expect(keys[1].verifier_key).toMatch(/^countersign\/town\+[0-9a-f]{8}\+A/);
  });
});
