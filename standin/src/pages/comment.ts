// Comment Markdown as GitHub shows it: tables, task lists, alerts, hard line breaks, and a short list of raw HTML tags.
// Any other tag is shown as text, every attribute but `open` is dropped, and comments are left out.
import MarkdownIt from 'markdown-it';
import { escapeHtml, type Html, trusted } from './html.ts';

const ALLOWED = new Set(
  (
    'details summary br hr sub sup code pre kbd samp var b strong i em s del ins p div blockquote q ' +
    'ul ol li dl dt dd table thead tbody tr th td h1 h2 h3 h4 h5 h6'
  ).split(' '),
);
const VOID = new Set(['br', 'hr']);
const PIECES = /<!--[\s\S]*?(?:-->|$)|<\/?[a-z][^<>]*>|[^<]+|</gi;
const TAG = /^<(\/?)([a-z][a-z0-9]*)([^<>]*)>$/i;

type Renderer = InstanceType<typeof MarkdownIt>;
type Token = ReturnType<Renderer['parse']>[number];

/** Renders a comment's Markdown to HTML that is safe to place in a page. */
export function renderComment(text: string): Html {
  /** Tags that raw HTML has opened and not yet closed. */
  const open: string[] = [];
  const body = openRenderer(open).render(text);
  return trusted(
    body +
      open
        .toReversed()
        .map((tag) => `</${tag}>`)
        .join(''),
  );
}

function openRenderer(open: string[]): Renderer {
  const markdown = new MarkdownIt({ html: true, linkify: true, breaks: true });
  // GitHub links written addresses only; a file name such as README.md is no address.
  markdown.linkify.set({ fuzzyLink: false, fuzzyEmail: false });
  const { rules } = markdown.renderer;
  const filter = (tokens: readonly Token[], index: number) =>
    (tokens[index]?.content ?? '').replace(PIECES, (piece) => filterPiece(piece, open));
  rules['html_block'] = filter;
  rules['html_inline'] = filter;
  // Pages load nothing from elsewhere: an image is shown as its description.
  rules['image'] = (tokens, index) => escapeHtml(tokens[index]?.content ?? '');
  markdown.core.ruler.push('github', ({ tokens }) => {
    tokens.forEach((token, index) => {
      const inline = tokens[index + 2];
      if (inline?.type !== 'inline') return;
      if (token.type === 'blockquote_open') markAlert(token, inline);
      if (token.type === 'list_item_open') markTask(token, inline);
    });
  });
  return markdown;
}

function filterPiece(piece: string, open: string[]): string {
  if (piece.startsWith('<!--')) return '';
  const [, slash, name = '', attributes = ''] = TAG.exec(piece) ?? [];
  const tag = name.toLowerCase();
  // Entities in raw HTML stay as they are: none of them can open a tag.
  if (!ALLOWED.has(tag)) return piece.replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  if (VOID.has(tag)) return `<${tag}>`;
  if (slash) {
    const opened = open.lastIndexOf(tag);
    if (opened === -1) return '';
    open.splice(opened, 1);
    return `</${tag}>`;
  }
  open.push(tag);
  return tag === 'details' && /^\s+open\b/i.test(attributes) ? '<details open>' : `<${tag}>`;
}

/** `> [!WARNING]` on a line of its own begins an alert. */
function markAlert(quote: Token, inline: Token): void {
  const kind = /^\[!(NOTE|TIP|IMPORTANT|WARNING|CAUTION)\](?:\n|$)/.exec(inline.content)?.[1];
  if (!kind) return;
  quote.attrSet('class', `alert ${kind.toLowerCase()}`);
  quote.attrSet('data-title', kind.charAt(0) + kind.slice(1).toLowerCase());
  inline.children?.splice(0, 2);
}

function markTask(item: Token, inline: Token): void {
  const mark = /^\[([ xX])\] /.exec(inline.content)?.[1];
  const first = inline.children?.[0];
  if (mark === undefined || !first) return;
  item.attrSet('class', 'task');
  first.content = `${mark === ' ' ? '☐' : '☑'} ${first.content.slice(4)}`;
}
