// The block rules of a Markdown parser, for a stretch of lines. A hundred lists or quotes in one another are followed; what
// stands deeper becomes one token, `too_deep`, so that neither the stack nor what comes after it suffers.
import MarkdownIt from 'markdown-it';

const parser = new MarkdownIt('commonmark');

export type Token = ReturnType<typeof parser.parse>[number];
type State = InstanceType<typeof parser.block.State>;

/** A token's type, and the `info` of a quote that holds such a token. */
export const TOO_DEEP = 'too_deep';

/** A list counts twice, for itself and for its item. */
const MAX_LEVEL = 200;

export function parseBlocks(text: string): Token[] {
  const tokens: Token[] = [];
  parser.block.parse(text, parser, {}, tokens);
  return tokens;
}

// A quarter of the time of a parse goes into the token class's constructor; the block rules need only its fields. What
// stands in a quote is parsed to find the quote's end and then of no interest: its tokens are not kept.
class LeanState extends parser.block.State {
  #quotes = 0;
  #quote: Token | undefined;

  override push(type: string, tag: string, nesting: -1 | 0 | 1): Token {
    if (nesting < 0) this.level -= 1;
    const token: Omit<Token, 'attrIndex' | 'attrPush' | 'attrSet' | 'attrGet' | 'attrJoin'> = {
      type,
      tag,
      nesting,
      level: this.level,
      attrs: null,
      map: null,
      children: null,
      content: '',
      markup: '',
      info: '',
      meta: null,
      block: true,
      hidden: false,
    };
    if (nesting > 0) this.level += 1;
    this.#keep(token as Token);
    return token as Token;
  }

  #keep(token: Token): void {
    if (token.type === 'blockquote_close') this.#quotes -= 1;
    if (this.#quotes === 0) this.tokens.push(token);
    else if (token.type === TOO_DEEP && this.#quote) this.#quote.info = TOO_DEEP;
    if (token.type !== 'blockquote_open') return;
    if (this.#quotes === 0) this.#quote = token;
    this.#quotes += 1;
  }
}

parser.block.State = LeanState;
parser.options.maxNesting = Number.POSITIVE_INFINITY;

const tokenize = parser.block.tokenize.bind(parser.block);

// The parser's own limit gives up the rest of the document instead of the rest of the list.
parser.block.tokenize = (state, startLine, endLine) => {
  if (state.level <= MAX_LEVEL) tokenize(state, startLine, endLine);
  else skipContent(state, { startLine, endLine });
};

/** The lines that belong to this item or quote, as one token. */
function skipContent(state: State, { startLine, endLine }: { startLine: number; endLine: number }): void {
  const first = state.skipEmptyLines(startLine);
  let [line, last] = [first, first];
  for (; line < endLine && (state.isEmpty(line) || belongs(state, line)); line += 1)
    if (!state.isEmpty(line)) last = line + 1;
  state.line = last;
  if (last > first) state.push(TOO_DEEP, '', 0).map = [first, last];
}

function belongs(state: State, line: number): boolean {
  return (state.sCount[line] ?? 0) >= state.blkIndent;
}
