// Pages of a repository: its front, its lists, a file, a commit and a check run.
import { listChangedFiles } from '../git/difference.ts';
import { readCommit, readObject } from '../git/objects.ts';
import { readRef } from '../git/refs.ts';
import { readGit } from '../git/run.ts';
import { listTree } from '../git/trees.ts';
import { type CheckRun, type Conversation, fullName, type Repository, type World } from '../world.ts';
import { renderComment } from './comment.ts';
import { showFiles } from './conversation.ts';
import { type Html, html } from './html.ts';
import { badge, checkLine, layout, linkTo, short, stateOf, when } from './layout.ts';

const LONGEST_FILE = 500_000;

export function showHome(world: World): string {
  const rows = [...world.repositories.values()].map(
    (one) => html`<li><a href="/${fullName(one)}">${fullName(one)}</a></li>`,
  );
  return layout({ title: 'Repositories' }, html`<h1>Repositories</h1><ul>${rows}</ul>`);
}

export async function showRepositoryPage(repository: Repository): Promise<string> {
  const { directory, defaultBranch } = repository;
  const head = (await readRef(directory, `refs/heads/${defaultBranch}`)) ?? '';
  const entries = (await listTree(directory, { tree: head, recursive: true })) ?? [];
  const log = await readGit(directory, ['log', '-20', '--format=%H %s', head]);
  const files = entries.filter(({ type }) => type === 'blob');
  return layout(
    { title: fullName(repository), repository },
    html`<h1>${fullName(repository)}</h1>
      <p class="quiet">git clone ${directory}</p>
      <section class="box"><h2>Commits on ${defaultBranch}</h2><ul>${log.split('\n').map((line) => {
        const [sha = '', subject = ''] = [line.slice(0, 40), line.slice(41)];
        return html`<li><a href="/${fullName(repository)}/commit/${sha}"><code>${short(sha)}</code></a> ${subject}</li>`;
      })}</ul></section>
      <section class="box"><h2>Files</h2><ul>${files.map(
        ({ path }) =>
          html`<li><a href="/${fullName(repository)}/blob/${head}/${encodePath(path)}">${path}</a></li>`,
      )}</ul></section>`,
  );
}

export function showList(repository: Repository, kind: Conversation['kind']): string {
  const all = [...repository.conversations.values()].filter((one) => one.kind === kind).toReversed();
  const title = kind === 'pull' ? 'Pull requests' : 'Issues';
  const rows = all.map(
    (one) => html`<li>${badge(stateOf(one))} <a href="${linkTo(repository, one)}">${one.title}</a>
      <span class="quiet">#${one.number} by ${one.author.login} · ${when(one.createdAt)}</span></li>`,
  );
  const body = rows.length === 0 ? html`<p class="quiet">None yet.</p>` : html`<ul class="list">${rows}</ul>`;
  return layout({ title: `${title} · ${fullName(repository)}`, repository }, html`<h1>${title}</h1>${body}`);
}

/** A text file at a commit; undefined when there is none. */
export async function showFilePage(
  repository: Repository,
  { commit, path }: { commit: string; path: string },
): Promise<string | undefined> {
  const entries = await listTree(repository.directory, { tree: commit, recursive: true });
  const entry = entries?.find((one) => one.path === path && one.type === 'blob');
  const bytes = entry && (await readObject(repository.directory, { id: entry.sha, type: 'blob' }));
  if (!bytes) return undefined;
  const text = bytes.toString('utf8');
  const cut = text.length > LONGEST_FILE ? `${text.slice(0, LONGEST_FILE)}\n…` : text;
  return layout(
    { title: `${path} · ${fullName(repository)}`, repository },
    html`<h1>${path}</h1><p class="quiet">${bytes.length} bytes at ${short(commit)}</p><pre class="box">${cut}</pre>`,
  );
}

export async function showCommitPage(repository: Repository, sha: string): Promise<string | undefined> {
  const { directory } = repository;
  const commit = await readCommit(directory, sha);
  if (!commit) return undefined;
  const [parent] = commit.parents;
  const files = parent === undefined ? [] : await listChangedFiles(directory, { from: parent, to: sha });
  const runs = [...repository.checkRuns.values()].filter(({ headSha }) => headSha === sha);
  const [subject = '', ...rest] = commit.message.split('\n');
  return layout(
    { title: `${subject} · ${fullName(repository)}`, repository },
    html`<h1>${subject}</h1>
      <p>${commit.author.name} <span class="quiet">${when(commit.author.at)} · <code>${sha}</code></span></p>
      <pre>${rest.join('\n').trim()}</pre>
      <ul>${runs.map((run) => checkLine(repository, run))}</ul>
      ${parent === undefined ? null : await showFiles(repository, { from: parent, to: sha, files })}`,
  );
}

export function showRunPage(repository: Repository, run: CheckRun): string {
  const notes = run.annotations.map(
    (note) => html`<li class="check ${note.annotation_level}"><code>${note.path}:${note.start_line}</code>
      <b>${note.title ?? note.annotation_level}</b><br />${note.message}</li>`,
  );
  const part = (text: string | null): Html | null =>
    text === null ? null : html`<div class="markdown">${renderComment(text)}</div>`;
  return layout(
    { title: `${run.name} · ${fullName(repository)}`, repository },
    html`<h1>${run.title ?? run.name}</h1>
      <ul>${checkLine(repository, run)}</ul>
      <p class="quiet">on <a href="/${fullName(repository)}/commit/${run.headSha}"><code>${short(run.headSha)}</code></a></p>
      ${part(run.summary)} ${part(run.text)}
      ${notes.length === 0 ? null : html`<section class="box"><h2>Annotations</h2><ul>${notes}</ul></section>`}`,
  );
}

function encodePath(path: string): string {
  return path.split('/').map(encodeURIComponent).join('/');
}
