// What a program that a test starts is spared: to strip and compile again what another has compiled before. It changes
// nothing of what the program sees of its settings.
export function compileCache(): Readonly<Record<string, string>> {
  const { NODE_COMPILE_CACHE } = process.env;
  return NODE_COMPILE_CACHE ? { NODE_COMPILE_CACHE } : {};
}
