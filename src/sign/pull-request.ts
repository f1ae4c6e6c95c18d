// Opens the pull request that carries a signed approval: by the person's own `gh`, else with a token, else by a link that
// they open themselves. Whichever it is, what is merged is the pushed commit.
import { Octokit } from '@octokit/rest';
import { visible } from '../document/visible.ts';
import { SignFault } from './fault.ts';
import { type Environment, run } from './program.ts';

export interface Proposal {
  readonly title: string;
  readonly body: string;
  readonly head: string;
  readonly base: string;
}

export interface Forge {
  /** owner/name */
  readonly repository: string;
  /** Where its API answers. */
  readonly apiUrl: string;
  /** Its page for people. */
  readonly pageUrl: string;
}

/** By the URL that git pushes to; undefined where that is no forge, such as a folder. */
export function forgeOf(
  url: string,
  { repository, apiUrl }: { repository?: string | undefined; apiUrl?: string | undefined } = {},
): Forge | undefined {
  const [, hostOfUrl, nameOfUrl] =
    /^(?:https?:\/\/(?:[^/@]*@)?|ssh:\/\/(?:[^/@]*@)?|[^/@:]+@)([^/:]+)(?::\d+)?[/:](?:\/)?([^/]+\/[^/]+?)(?:\.git)?\/?$/.exec(
      url,
    ) ?? [];
  const name = repository ?? nameOfUrl;
  const host = apiUrl === undefined ? hostOfUrl : undefined;
  if (name === undefined || !/^[\w.-]+\/[\w.-]+$/.test(name)) return undefined;
  if (apiUrl !== undefined) {
    const { protocol, hostname, host: full } = new URL(apiUrl);
    const page = `${protocol}//${hostname === 'api.github.com' ? 'github.com' : full}/${name}`;
    return { repository: name, apiUrl: apiUrl.replace(/\/+$/, ''), pageUrl: page };
  }
  if (host === undefined) return undefined;
  const api = host === 'github.com' ? 'https://api.github.com' : `https://${host}/api/v3`;
  return { repository: name, apiUrl: api, pageUrl: `https://${host}/${name}` };
}

export type Opened =
  | { readonly how: 'opened'; readonly url: string }
  | { readonly how: 'link'; readonly url: string; readonly why: string };

/** Throws SignFault `forge` where it was refused; the branch is pushed by then, and the message says so. */
export async function openPullRequest(
  proposal: Proposal,
  { forge, token, environment }: { forge: Forge; token: string | undefined; environment: Environment },
): Promise<Opened> {
  const link = `${forge.pageUrl}/compare/${proposal.base}...${encodeURIComponent(proposal.head)}?expand=1`;
  if (token !== undefined) return { how: 'opened', url: await withToken(proposal, { forge, token, link }) };
  const opened = await withGh(proposal, { forge, environment });
  if ('url' in opened) return { how: 'opened', url: opened.url };
  return { how: 'link', url: link, why: opened.why };
}

async function withToken(
  { title, body, head, base }: Proposal,
  { forge, token, link }: { forge: Forge; token: string; link: string },
): Promise<string> {
  const octokit = new Octokit({ baseUrl: forge.apiUrl, auth: token });
  const [owner = '', repo = ''] = forge.repository.split('/');
  try {
    const { data } = await octokit.rest.pulls.create({ owner, repo, title, body, head, base });
    return visible(data.html_url);
  } catch (error) {
    const why = error instanceof Error ? visible(error.message.slice(0, 300)) : String(error);
    throw new SignFault(
      'forge',
      `the branch ${head} is pushed, but the pull request was not opened: ${why}\nOpen it yourself: ${link}`,
      { cause: error },
    );
  }
}

async function withGh(
  { title, body, head, base }: Proposal,
  { forge, environment }: { forge: Forge; environment: Environment },
): Promise<{ url: string } | { why: string }> {
  const host = new URL(forge.pageUrl).host;
  const where = ['--repo', host === 'github.com' ? forge.repository : `${host}/${forge.repository}`];
  const what = ['--head', head, '--base', base, '--title', title, '--body', body];
  try {
    const { code, output, said } = await run('gh', ['pr', 'create', ...where, ...what], { environment });
    const url = output.toString('utf8').trim().split('\n').at(-1) ?? '';
    if (code === 0 && url.startsWith('https://')) return { url };
    return { why: `gh did not open it${said === '' ? '' : ` (${said.slice(0, 200)})`}` };
  } catch (error) {
    if (error instanceof SignFault) return { why: 'there is neither GITHUB_TOKEN nor gh here' };
    throw error;
  }
}
