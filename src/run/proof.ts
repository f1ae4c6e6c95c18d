// What the compiler works out about the road, so that it can prove what a test could only try.

/** The names of all phases on a list of stretches, in order. */
export type NamesOn<Stretches> = Stretches extends readonly [{ steps: infer Steps }, ...infer Rest]
  ? [...NamesIn<Steps>, ...NamesOn<Rest>]
  : [];

type NamesIn<Steps> = Steps extends readonly [{ phase: { name: infer Name } }, ...infer Rest]
  ? [Name, ...NamesIn<Rest>]
  : Steps extends readonly [{ transaction: infer Phases }, ...infer Rest]
    ? [...NamesOf<Phases>, ...NamesIn<Rest>]
    : [];

type NamesOf<Phases> = Phases extends readonly [{ name: infer Name }, ...infer Rest]
  ? [Name, ...NamesOf<Rest>]
  : [];

/** The gates that open them. */
export type GatesOn<Stretches> = Stretches extends readonly [{ opensWith: infer Gate }, ...infer Rest]
  ? [Gate, ...GatesOn<Rest>]
  : [];

/** The members that a tuple holds more than once; `never` when each stands in it once. */
export type Repeated<Tuple extends readonly unknown[]> = Tuple extends readonly [infer First, ...infer Rest]
  ? (First extends Rest[number] ? First : never) | Repeated<Rest>
  : never;

/** `string` where a name has been widened and says nothing any more; `never` otherwise. */
export type Vague<Name> = string extends Name ? string : never;

/** Compiles only for `never`; the compiler's complaint names what is too much. */
export type Never<Nothing extends never> = Nothing;
