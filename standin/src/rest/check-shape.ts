// Check runs and their annotations as JSON.
import type { components } from '@octokit/openapi-types';
import { type Annotation, type CheckRun, nodeId, type Repository, type World } from '../world.ts';
import { pageUrl, repositoryUrl, type Subset, showApp } from './shapes.ts';

type Schemas = components['schemas'];

export function showCheckRun(world: World, repository: Repository, run: CheckRun) {
  const url = `${repositoryUrl(world, repository)}/check-runs/${run.id}`;
  const page = `${pageUrl(world, repository)}/runs/${run.id}`;
  return {
    id: run.id,
    node_id: nodeId('CR', run.id),
    head_sha: run.headSha,
    external_id: run.externalId,
    url,
    html_url: page,
    details_url: run.detailsUrl ?? page,
    status: run.status,
    conclusion: run.conclusion,
    started_at: run.startedAt,
    completed_at: run.completedAt,
    name: run.name,
    output: {
      title: run.title,
      summary: run.summary,
      text: run.text,
      annotations_count: run.annotations.length,
      annotations_url: `${url}/annotations`,
    },
    check_suite: { id: Number.parseInt(run.headSha.slice(0, 8), 16) },
    app: showApp(world),
    pull_requests: [],
  } satisfies Subset<Schemas['check-run']>;
}

export function showAnnotation(world: World, repository: Repository, run: CheckRun) {
  return (annotation: Annotation) =>
    ({
      path: annotation.path,
      start_line: annotation.start_line,
      end_line: annotation.end_line,
      start_column: annotation.start_column ?? null,
      end_column: annotation.end_column ?? null,
      annotation_level: annotation.annotation_level,
      title: annotation.title ?? null,
      message: annotation.message,
      raw_details: annotation.raw_details ?? null,
      blob_href: `${pageUrl(world, repository)}/blob/${run.headSha}/${annotation.path}`,
    }) satisfies Schemas['check-annotation'];
}
