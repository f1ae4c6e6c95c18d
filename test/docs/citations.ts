// What the documents and comments point at, read from their text: citations of the design, links, anchors, commands.
// Pure: text comes in, what is wrong comes out as sentences.

export interface Citation {
  readonly section: string;
  readonly invariant: string | undefined;
  readonly stopConditions: boolean;
  /** A phase by its name: `design section 3, grant_probe`. */
  readonly phase: string | undefined;
}

const CITATION =
  /design,? sections? (\d+)((?:(?:, | and )\d+)*)(?:, invariant (\d+)|, (STOP conditions)|, (?:phase )?([a-z]+(?:_[a-z]+)*)(?=[).\s]))?/gi;

/** Comments wrap: a line's end, its indent and its comment sign are one space. */
function unwrapped(text: string): string {
  return text.replace(/\s*\n\s*(?:\/\/|--|\*(?!\/)|#(?!#))?\s*/g, ' ');
}

export function citationsIn(text: string): Citation[] {
  return [...unwrapped(text).matchAll(CITATION)].flatMap(
    ([, first = '', more = '', invariant, stop, phase]) => [
      { section: first, invariant, stopConditions: stop !== undefined, phase },
      ...[...more.matchAll(/\d+/g)].map(([section]) => ({
        section,
        invariant: undefined,
        stopConditions: false,
        phase: undefined,
      })),
    ],
  );
}

/** undefined when the citation leads somewhere in `design`. */
export function whyAdrift(citation: Citation, design: string): string | undefined {
  const { section, invariant, stopConditions, phase } = citation;
  const text = sectionOf(section, design);
  if (text === undefined) return `the design has no section ${section}`;
  if (invariant !== undefined && !text.includes(`<a id="invariant-${invariant}"></a>`))
    return `section ${section} has no invariant ${invariant}`;
  if (stopConditions && !text.includes('<a id="stop-conditions"></a>'))
    return `section ${section} has no STOP conditions`;
  if (phase !== undefined && !new RegExp(`^\\| (?:[a-z_]+, )*${phase}\\b`, 'm').test(text))
    return `section ${section} has no phase ${phase}`;
  return undefined;
}

function sectionOf(number: string, design: string): string | undefined {
  const start = design.search(new RegExp(`^## ${number}\\. `, 'm'));
  if (start === -1) return undefined;
  const next = design.slice(start + 3).search(/^## /m);
  return next === -1 ? design.slice(start) : design.slice(start, start + 3 + next);
}

/** A page without its code, where nothing is a link. */
export function proseOf(markdown: string): string {
  return markdown.replace(/^(`{3,})[^\n]*\n[\s\S]*?^\1\s*$/gm, '').replace(/(`+)[^`][\s\S]*?\1/g, '');
}

/** Inline code and fenced blocks, each with what follows it on its line. */
export function codeOf(markdown: string): { readonly code: string; readonly after: string }[] {
  const blocks = [...markdown.matchAll(/^(`{3,})[^\n]*\n([\s\S]*?)^\1\s*$/gm)].map(([, , code = '']) => ({
    code,
    after: '',
  }));
  const rest = markdown.replace(/^(`{3,})[^\n]*\n[\s\S]*?^\1\s*$/gm, '');
  const spans = [...rest.matchAll(/(?<!`)`([^`]+)`(?!`)([^\n]*)/g)].flatMap(([, code = '', after = '']) => [
    { code, after },
    ...(after.includes('`') ? codeOf(after) : []),
  ]);
  return [...blocks, ...spans];
}

export interface Link {
  readonly path: string;
  readonly anchor: string | undefined;
}

/** Links and pictures within the repository. */
export function linksIn(markdown: string): Link[] {
  const targets = [...proseOf(markdown).matchAll(/\]\(([^)\s]+)(?: "[^"]*")?\)/g)].map(
    ([, target = '']) => target,
  );
  const images = [...proseOf(markdown).matchAll(/<img\b[^>]*\bsrc="([^"]+)"/g)].map(
    ([, target = '']) => target,
  );
  return [...targets, ...images]
    .filter((target) => !/^[a-z][a-z+.-]*:/i.test(target))
    .map((target) => {
      const [path = '', anchor] = target.split('#');
      return { path, anchor };
    });
}

/** Every anchor of a page: explicit ids, and headings as GitHub names them. */
export function anchorsOf(markdown: string): ReadonlySet<string> {
  const text = markdown.replace(/^(`{3,})[^\n]*\n[\s\S]*?^\1\s*$/gm, '');
  const ids = [...text.matchAll(/<a id="([^"]+)"/g)].map(([, id = '']) => id);
  const seen = new Map<string, number>();
  const slugs = [...text.matchAll(/^#{1,6} +(.+?)\s*$/gm)].map(([, heading = '']) => {
    const slug = heading
      .toLowerCase()
      .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(' ', '-');
    const times = seen.get(slug) ?? 0;
    seen.set(slug, times + 1);
    return times === 0 ? slug : `${slug}-${times}`;
  });
  return new Set([...ids, ...slugs]);
}

/** A command and, where it has some, its subcommands. */
export type Commands = ReadonlyMap<string, readonly string[]>;

/** The subcommands that the files of the command line define. */
export function commandsIn(sources: readonly string[]): Commands {
  return new Map(
    sources.flatMap((source) => {
      const subcommands = [...source.matchAll(/\.command\('([a-z-]+)/g)].map(([, name = '']) => name);
      return [...source.matchAll(/new Command\('([a-z-]+)'\)/g)].map(
        ([, name = '']): [string, readonly string[]] => [name, subcommands],
      );
    }),
  );
}

/** What is said about `countersign …` and is not so. A command that does not exist yet is named as `…` (planned). */
export function wrongCommands(markdown: string, commands: Commands): string[] {
  return codeOf(markdown).flatMap(({ code, after }) =>
    [
      ...code.matchAll(
        /(?<![\w/@.'-])(?:npm run (?:-s )?)?countersign (?:-- )?([a-z][a-z-]*)(?: ([a-z][a-z-]*))?/g,
      ),
    ].flatMap(([, name = '', sub]) => {
      const planned = after.startsWith(' (planned)');
      const subcommands = commands.get(name);
      const known =
        subcommands !== undefined &&
        (subcommands.length === 0 || sub === undefined || subcommands.includes(sub));
      const shown = `countersign ${[name, ...(sub && subcommands?.length !== 0 ? [sub] : [])].join(' ')}`;
      if (known && planned) return [`${shown} is there, and is called planned`];
      return known || planned ? [] : [`${shown} is no command`];
    }),
  );
}

/** Every `npm run X` that package.json does not have. */
export function wrongScripts(markdown: string, scripts: ReadonlySet<string>): string[] {
  return codeOf(markdown).flatMap(({ code }) =>
    [...code.matchAll(/\bnpm (?:run (?:-s )?)?([a-z][a-z:-]*)/g)]
      .filter(([line]) => line.includes(' run ') || /npm (start|test)$/.test(line))
      .map(([, name = '']) => name)
      .filter((name) => !scripts.has(name))
      .map((name) => `npm run ${name} is no script`),
  );
}
