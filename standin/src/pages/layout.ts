// The frame of every page, and the small pieces that several pages share.
import { type CheckRun, type Conversation, fullName, type Repository } from '../world.ts';
import { type Html, html } from './html.ts';

export function layout(
  { title, repository }: { title: string; repository?: Repository },
  body: Html,
): string {
  const crumbs = repository
    ? html`<a href="/">repositories</a> / <a href="/${fullName(repository)}"><b>${fullName(repository)}</b></a>
        <nav>
          <a href="/${fullName(repository)}/pulls">Pull requests</a>
          <a href="/${fullName(repository)}/issues">Issues</a>
        </nav>`
    : html`<b>repositories</b>`;
  return html`<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <title>${title}</title>
    <link rel="stylesheet" href="/-/style.css" />
  </head>
  <body>
    <header>${crumbs}</header>
    <main>${body}</main>
  </body>
</html>
`.html;
}

/** An instant to the minute, in UTC. */
export function when(at: Date): Html {
  const text = `${at.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
  return html`<time datetime="${at.toISOString()}">${text}</time>`;
}

export function short(sha: string): string {
  return sha.slice(0, 7);
}

/** `open`, `merged` or `closed`. */
export function stateOf(conversation: Conversation): string {
  return conversation.kind === 'pull' && conversation.merged ? 'merged' : conversation.state;
}

export function linkTo(repository: Repository, conversation: Conversation): string {
  const kind = conversation.kind === 'pull' ? 'pull' : 'issues';
  return `/${fullName(repository)}/${kind}/${conversation.number}`;
}

export function badge(state: string): Html {
  return html`<span class="badge ${state}">${state}</span>`;
}

const MARKS: Readonly<Record<string, string>> = { success: '✓', failure: '✗', neutral: '■', skipped: '■' };

export function checkLine(repository: Repository, run: CheckRun): Html {
  const outcome = run.conclusion ?? run.status;
  return html`<li class="check ${outcome}">
    <span class="mark">${MARKS[outcome] ?? '●'}</span>
    <a href="/${fullName(repository)}/runs/${run.id}">${run.name}</a>
    <span class="quiet">${run.title ?? outcome}</span>
  </li>`;
}
