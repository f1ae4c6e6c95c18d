// A dry run from the command line, against an embedded governed database: green, stopped, and nothing written either way.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openEmbeddedDirectory } from '../../src/deployment/embedded-directory.ts';
import { nameDeployment } from '../../src/governed/deployment-name.ts';
import { openEmbedded } from '../../src/governed/embedded.ts';
import { takeSnapshot } from '../../src/governed/snapshot.ts';
import { command } from '../support/command.ts';
import { placePglite } from '../support/pglite.ts';

let folder: string;

async function withDatabase<T>(work: (database: ReturnType<typeof openEmbedded>) => Promise<T>): Promise<T> {
  const files = await openEmbeddedDirectory(join(folder, 'data', 'governed'));
  const database = openEmbedded(files);
  try {
    return await work(database);
  } finally {
    await database.close();
    await files.close();
  }
}

const snapshot = () =>
  withDatabase((database) =>
    database.read('cutter_exec', (reader) => takeSnapshot(reader, { documentId: 'charter' })),
  );

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'countersign-dry-run-'));
  await writeFile(join(folder, 'charter.md'), '# Charter\n\n## Article 1\n\nBe kind.\n');
  await writeFile(join(folder, 'empty.md'), '\n');
  await writeFile(
    join(folder, 'orchestrator.config.json'),
    JSON.stringify({
      ...{ repository: 'town/governance', deployment: 'town', governed: 'embedded' },
      targets: [{ document_id: 'charter', path: 'charter.md' }],
      data: join(folder, 'data'),
    }),
  );
  await placePglite('governed', join(folder, 'data', 'governed'));
  await withDatabase((database) => database.admin((writer) => nameDeployment(writer, 'town')));
});

afterAll(() => rm(folder, { recursive: true, force: true }));

const dryRun = (...args: string[]) =>
  command(['dry-run', 'charter', ...args], { cwd: folder, env: { PATH: process.env['PATH'] ?? '' } });

describe('countersign dry-run', () => {
  it('plans the document against the database, needs nothing but the configuration, and writes nothing', async () => {
    const before = await snapshot();
    const { code, output, errors } = await dryRun();
    expect(errors).toBe('');
    expect(output).toMatch(/^source_pin\n.*\nmark\n.*\ncutplan\n.*\ngrant_probe\n.*It can be cut\./s);
    expect(output).toContain('2 rows: 2 to create');
    expect(code).toBe(0);
    expect(await snapshot()).toEqual(before);
  });

  it('says in JSON where it would stop, and ends with 1', async () => {
    const { code, output } = await dryRun('--file', 'empty.md', '--json');
    expect(JSON.parse(output)).toMatchObject({ green: false, stop: { code: 'document_invalid' } });
    expect(code).toBe(1);
  });

  it('stops where a privilege differs from the matrix', async () => {
    await withDatabase((database) =>
      database.admin((writer) => writer.script('GRANT INSERT ON public.information_unit TO cutter_exec')),
    );
    const { code, output } = await dryRun();
    expect(output).toMatch(/It would stop in grant_probe with grant_delta: /);
    expect(code).toBe(1);
  });
});
