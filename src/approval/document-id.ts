// The name of a governed document (design section 2). It stands in file names, so case alone tells no two apart.

export const DOCUMENT_ID_FORM = /^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/;

/** The form in words, for whoever has to mend an id. */
export const DOCUMENT_ID_WORDS = '1 to 63 of A-Z a-z 0-9 . _ -, a letter or digit first';

export function isDocumentId(text: string): boolean {
  return DOCUMENT_ID_FORM.test(text);
}

/** Ids that another one of the list repeats but for upper and lower case; in one deployment there must be none. */
export function clashingDocumentIds(ids: readonly string[]): string[] {
  const seen = new Map<string, string>();
  return ids.flatMap((id) => {
    const folded = id.toLowerCase();
    const earlier = seen.get(folded);
    if (earlier === undefined) seen.set(folded, id);
    return earlier === undefined ? [] : [`${earlier} and ${id}`];
  });
}

/** An id for the document in this file, without its folder and extension: `ICX CONST.md` → `ICX-CONST`. */
export function documentIdFrom(path: string): string {
  const name = path.replace(/^.*[/\\]/, '').replace(/\.[^.]*$/, '');
  const id = name
    .replace(/[^A-Za-z0-9._-]+/g, '-')
    .replace(/^[._-]+/, '')
    .slice(0, 63)
    .replace(/[._-]+$/, '');
  return id || 'document';
}
