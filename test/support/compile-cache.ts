// What a program that a test starts is spared: to strip and compile again what another has compiled before. It changes
// nothing of what the program sees of its settings.
import { inject } from 'vitest';

export function compileCache(): Readonly<Record<string, string>> {
  return { NODE_COMPILE_CACHE: inject('compileCache') };
}
