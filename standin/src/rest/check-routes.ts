// Check runs: written only by the app, read by everyone, asked for again by people.
import type { components } from '@octokit/openapi-webhooks-types';
import { z } from 'zod';
import { resolveCommit } from '../git/objects.ts';
import type { Annotation, CheckRun } from '../world.ts';
import { requireAccount } from './actor.ts';
import { showAnnotation, showCheckRun } from './check-shape.ts';
import { paginate } from './page.ts';
import { notFound, Refusal, unprocessable } from './refusal.ts';
import {
  type Need,
  numericParameter,
  parameter,
  type Reply,
  type RepositoryCall,
  type Route,
  readBody,
  repositoryRoute,
} from './route.ts';
import { type Asks, type Subset, showInstant } from './shapes.ts';

type Webhooks = components['schemas'];

const READ: Need = { anyOf: ['checks'], level: 'read' };
const WRITE: Need = { anyOf: ['checks'], level: 'write', appOnly: true };
const RERUN: Need = { anyOf: ['checks'], level: 'write' };

export const checkRoutes: readonly Route[] = [
  repositoryRoute('POST /check-runs', WRITE, createRun),
  repositoryRoute('GET /check-runs/{id}', READ, getRun),
  repositoryRoute('PATCH /check-runs/{id}', WRITE, updateRun),
  repositoryRoute('GET /check-runs/{id}/annotations', READ, listAnnotations),
  repositoryRoute('POST /check-runs/{id}/rerequest', RERUN, rerequestRun),
  repositoryRoute('GET /commits/{ref+}/check-runs', READ, listRuns),
];

const LONGEST_TEXT = 65_535;
const MOST_ANNOTATIONS = 50;

const longText = z.string().superRefine((text, context) => {
  const length = [...text].length;
  if (length > LONGEST_TEXT)
    context.addIssue(`Only ${LONGEST_TEXT} characters are allowed; ${length} were supplied`);
});
const line = z.number().int().min(0);
const annotation = z.object({
  path: z.string(),
  start_line: line,
  end_line: line,
  start_column: line.optional(),
  end_column: line.optional(),
  annotation_level: z.enum(['notice', 'warning', 'failure']),
  message: z.string(),
  title: z.string().max(255).optional(),
  raw_details: z.string().optional(),
});
const output = z.object({
  title: z.string(),
  summary: longText,
  text: longText.optional(),
  annotations: z
    .array(annotation)
    .superRefine((list, context) => {
      if (list.length > MOST_ANNOTATIONS)
        context.addIssue(`No more than ${MOST_ANNOTATIONS} items are allowed; ${list.length} were supplied`);
    })
    .default([]),
});
const instant = z.iso.datetime({ offset: true });
const changes = z.object({
  name: z.string().min(1).optional(),
  details_url: z.url().optional(),
  external_id: z.string().optional(),
  status: z.enum(['queued', 'in_progress', 'completed']).optional(),
  conclusion: z
    .enum(['action_required', 'cancelled', 'failure', 'neutral', 'success', 'skipped', 'timed_out'])
    .optional(),
  started_at: instant.optional(),
  completed_at: instant.optional(),
  output: output.optional(),
}) satisfies Asks<'checks/update'>;
const newRun = changes.extend({
  name: z.string().min(1),
  head_sha: z.string(),
}) satisfies Asks<'checks/create'>;

async function createRun(call: RepositoryCall): Promise<Reply> {
  const { world, repository } = call;
  const asked = readBody(newRun, call);
  const headSha = await resolveCommit(repository.directory, asked.head_sha);
  if (headSha === undefined || headSha !== asked.head_sha)
    throw unprocessable(`No commit found for SHA: ${asked.head_sha}`);
  const run: CheckRun = {
    id: world.nextId(),
    headSha,
    name: asked.name,
    externalId: '',
    detailsUrl: null,
    status: 'queued',
    conclusion: null,
    startedAt: showInstant(world.clock()),
    completedAt: null,
    title: null,
    summary: null,
    text: null,
    annotations: [],
  };
  applyChanges(call, { run, asked });
  repository.checkRuns.set(run.id, run);
  announceRun(call, { run, action: 'created' });
  if (run.status === 'completed') announceRun(call, { run, action: 'completed' });
  return { status: 201, body: showCheckRun(world, repository, run) };
}

/** A conclusion completes a run; annotations are added to the earlier ones, the rest of the output is replaced. */
function applyChanges(
  { world }: RepositoryCall,
  { run, asked }: { run: CheckRun; asked: z.output<typeof changes> },
): void {
  if (asked.status === 'completed' && asked.conclusion === undefined)
    throw unprocessable('Invalid request.\n\n"conclusion" wasn\'t supplied.');
  const status = asked.conclusion === undefined ? asked.status : 'completed';
  run.name = asked.name ?? run.name;
  run.externalId = asked.external_id ?? run.externalId;
  run.detailsUrl = asked.details_url ?? run.detailsUrl;
  run.startedAt = asked.started_at ?? run.startedAt;
  if (status !== undefined) {
    run.status = status;
    run.conclusion = status === 'completed' ? (asked.conclusion ?? run.conclusion) : null;
    run.completedAt = status === 'completed' ? (asked.completed_at ?? showInstant(world.clock())) : null;
  }
  if (!asked.output) return;
  run.title = asked.output.title;
  run.summary = asked.output.summary;
  run.text = asked.output.text ?? null;
  run.annotations = [...run.annotations, ...(asked.output.annotations as readonly Annotation[])];
}

function findRun(call: RepositoryCall): CheckRun {
  const run = call.repository.checkRuns.get(numericParameter(call, 'id'));
  if (!run) throw notFound();
  return run;
}

async function getRun(call: RepositoryCall): Promise<Reply> {
  return { status: 200, body: showCheckRun(call.world, call.repository, findRun(call)) };
}

async function updateRun(call: RepositoryCall): Promise<Reply> {
  const run = findRun(call);
  const before = run.status;
  applyChanges(call, { run, asked: readBody(changes, call) });
  if (run.status === 'completed' && before !== 'completed') announceRun(call, { run, action: 'completed' });
  return { status: 200, body: showCheckRun(call.world, call.repository, run) };
}

async function listAnnotations(call: RepositoryCall): Promise<Reply> {
  const run = findRun(call);
  const { page, headers } = paginate(call, run.annotations);
  return { status: 200, headers, body: page.map(showAnnotation(call.world, call.repository, run)) };
}

async function rerequestRun(call: RepositoryCall): Promise<Reply> {
  const run = findRun(call);
  if (run.status !== 'completed') throw new Refusal(422, 'The check run is not completed');
  announceRun(call, { run, action: 'rerequested' });
  return { status: 201, body: {} };
}

async function listRuns(call: RepositoryCall): Promise<Reply> {
  const { world, repository, query } = call;
  const ref = parameter(call, 'ref');
  const sha = await resolveCommit(repository.directory, ref.replace(/^(heads|tags)\//, 'refs/$1/'));
  if (sha === undefined) throw unprocessable(`No commit found for SHA: ${ref}`);
  const name = query.get('check_name');
  const status = query.get('status');
  const found = [...repository.checkRuns.values()]
    .filter((run) => run.headSha === sha)
    .filter((run) => !name || run.name === name)
    .filter((run) => !status || run.status === status)
    .toReversed();
  // "latest" keeps the newest run of each name.
  const runs =
    query.get('filter') === 'all'
      ? found
      : found.filter((run, index) => found.findIndex((other) => other.name === run.name) === index);
  const { page, headers } = paginate(call, runs);
  const body = {
    total_count: runs.length,
    check_runs: page.map((run) => showCheckRun(world, repository, run)),
  };
  return { status: 200, headers, body };
}

function announceRun(
  { world, repository, actor }: RepositoryCall,
  { run, action }: { run: CheckRun; action: string },
): void {
  const payload = { check_run: showCheckRun(world, repository, run) } satisfies Subset<
    Webhooks['webhook-check-run-rerequested']
  >;
  world.announce({ event: 'check_run', action, repository, sender: requireAccount(actor), payload });
}
