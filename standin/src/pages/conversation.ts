// The page of an issue or a pull request: what was said, the checks, and the files that would change.
import { readPatch } from '../git/difference.ts';
import { measurePull } from '../rest/pull-shape.ts';
import {
  type Account,
  type Conversation,
  fullName,
  type Measure,
  type Pull,
  type Repository,
  type World,
} from '../world.ts';
import { renderComment } from './comment.ts';
import { type Html, html } from './html.ts';
import { badge, checkLine, layout, short, stateOf, when } from './layout.ts';

const MOST_FILES = 100;
const LONGEST_PATCH = 20_000;

export async function showConversationPage(
  world: World,
  { repository, conversation }: { repository: Repository; conversation: Conversation },
): Promise<string> {
  const { title, number } = conversation;
  const comments = [...repository.comments.values()].filter((comment) => comment.number === number);
  const pull =
    conversation.kind === 'pull' ? await showPullParts(world, { repository, pull: conversation }) : null;
  const heading = `${title} #${number}`;
  return layout(
    { title: `${heading} · ${fullName(repository)}`, repository },
    html`<h1>${title} <span class="quiet">#${number}</span></h1>
      <p>${badge(stateOf(conversation))} ${pull?.summary ?? html`opened by ${conversation.author.login}`}</p>
      ${showSaid({ author: conversation.author, at: conversation.createdAt, body: conversation.body ?? '' })}
      ${comments.map(({ id, author, createdAt, body }) => showSaid({ id, author, at: createdAt, body }))}
      ${pull?.ending} ${pull?.checks} ${pull?.files}`,
  );
}

function showSaid({ id, author, at, body }: { id?: number; author: Account; at: Date; body: string }): Html {
  const anchor = id === undefined ? 'opening' : `issuecomment-${id}`;
  return html`<article class="comment" id="${anchor}">
    <h2>
      <b>${author.login.replace(/\[bot\]$/, '')}</b>
      ${author.type === 'Bot' ? html`<span class="bot">bot</span>` : null}
      <span class="quiet">${when(at)}</span>
    </h2>
    <div class="markdown">
      ${body.trim() === '' ? html`<p class="quiet">No description provided.</p>` : renderComment(body)}
    </div>
  </article>`;
}

async function showPullParts(
  world: World,
  { repository, pull }: { repository: Repository; pull: Pull },
): Promise<{ summary: Html; ending: Html | null; checks: Html | null; files: Html }> {
  const measure = await measurePull(world, repository, pull);
  const count = `${measure.commits.length} commit${measure.commits.length === 1 ? '' : 's'}`;
  const label = `${pull.head.repository.owner.login}:${pull.head.branch}`;
  const verb = pull.merged ? `${pull.merged.by.login} merged` : `${pull.author.login} wants to merge`;
  const summary = html`${verb} ${count} into <code>${pull.base.branch}</code> from <code>${label}</code>`;
  const runs = [...repository.checkRuns.values()].filter(({ headSha }) => headSha === pull.head.sha);
  return {
    summary,
    ending: showEnding(repository, { pull, measure }),
    checks:
      runs.length === 0
        ? null
        : html`<section class="box"><h2>Checks</h2><ul>${runs.map((run) => checkLine(repository, run))}</ul></section>`,
    files: await showFiles(repository, { from: measure.from, to: pull.head.sha, files: measure.files }),
  };
}

function showEnding(
  repository: Repository,
  { pull, measure }: { pull: Pull; measure: Measure },
): Html | null {
  if (pull.merged) {
    const { sha, by, at } = pull.merged;
    const link = html`<a href="/${fullName(repository)}/commit/${sha}"><code>${short(sha)}</code></a>`;
    return html`<p class="event merged">${by.login} merged commit ${link} into
      <code>${pull.base.branch}</code> · ${when(at)}</p>`;
  }
  if (pull.closedAt) return html`<p class="event closed">Closed unmerged · ${when(pull.closedAt)}</p>`;
  return measure.trial === undefined
    ? html`<p class="event closed">This branch has conflicts that must be resolved.</p>`
    : html`<p class="event open">This branch has no conflicts with the base branch.</p>`;
}

/** The changed files with their differences, folded; long ones are cut. */
export async function showFiles(
  repository: Repository,
  { from, to, files }: { from: string; to: string; files: Measure['files'] },
): Promise<Html> {
  const shown = files.slice(0, MOST_FILES);
  const patches = await Promise.all(
    shown.map(({ path }) => readPatch(repository.directory, { from, to, path, limit: LONGEST_PATCH })),
  );
  const rows = shown.map((file, index) => {
    const name = file.previousPath === undefined ? file.path : `${file.previousPath} → ${file.path}`;
    return html`<details class="file" ${shown.length <= 5 ? 'open' : ''}>
      <summary>
        <span class="path">${name}</span>
        <span class="quiet">${file.status}</span>
        <span class="plus">+${file.additions}</span> <span class="minus">−${file.deletions}</span>
      </summary>
      <pre class="patch">${(patches[index] ?? '').trimEnd().split('\n').map(showPatchLine)}</pre>
    </details>`;
  });
  const more = files.length > shown.length ? html`<p>… and ${files.length - shown.length} more</p>` : null;
  return html`<section class="box"><h2>Files changed <span class="quiet">${files.length}</span></h2>${rows}${more}</section>`;
}

const LINE_KINDS: Readonly<Record<string, string>> = { '+': 'plus', '-': 'minus', '@': 'hunk' };

function showPatchLine(line: string): Html {
  return html`<span class="${LINE_KINDS[line.charAt(0)] ?? 'same'}">${line}\n</span>`;
}
