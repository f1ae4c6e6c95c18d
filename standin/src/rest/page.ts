// Pagination as GitHub does it: `page` and `per_page` (30, at most 100), neighbours in the Link header.
import type { Call } from './route.ts';

const DEFAULT_SIZE = 30;
const LARGEST_SIZE = 100;

/** One page of a list, with the header that leads to the others. */
export function paginate<T>(
  call: Call,
  items: readonly T[],
): { page: readonly T[]; headers: Record<string, string> } {
  const size = Math.min(readCount(call, 'per_page', DEFAULT_SIZE), LARGEST_SIZE);
  const current = readCount(call, 'page', 1);
  const last = Math.max(1, Math.ceil(items.length / size));
  const page = items.slice((current - 1) * size, current * size);
  const links: string[] = [];
  const link = (number: number, relation: string) => {
    const query = new URLSearchParams(call.query);
    query.set('page', String(number));
    links.push(`<${call.pageUrl}?${query}>; rel="${relation}"`);
  };
  if (current > 1) link(Math.min(current - 1, last), 'prev');
  if (current < last) link(current + 1, 'next');
  if (current < last) link(last, 'last');
  if (current > 1) link(1, 'first');
  return { page, headers: links.length === 0 ? {} : { link: links.join(', ') } };
}

function readCount(call: Call, name: string, fallback: number): number {
  const value = Number(call.query.get(name) ?? fallback);
  return Number.isSafeInteger(value) && value > 0 ? value : fallback;
}
