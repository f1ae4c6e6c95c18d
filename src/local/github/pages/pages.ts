// Pages for people.
import type { Outcome } from '../http.ts';
import type { World } from '../world.ts';

export async function answerPage(
  _world: World,
  _request: { method: string; path: string },
): Promise<Outcome> {
  return { status: 404, headers: { 'content-type': 'text/plain; charset=utf-8' }, body: 'Not Found' };
}
