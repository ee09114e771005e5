/** The seed of every random choice in tests; `TEST_SEED=n npm test -- FILE` replays a failure. */
export const seed = Number(process.env['TEST_SEED'] ?? 1)

/** A small repeatable generator (mulberry32): numbers in [0, 1). */
export function generator(from: number): () => number {
  let state = from >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

/** A Fisher–Yates shuffle: the same order for the same seed. */
export function shuffled<Value>(values: readonly Value[], from: number): Value[] {
  const next = generator(from)
  const mixed = [...values]
  for (let at = mixed.length - 1; at > 0; at -= 1) {
    const other = Math.floor(next() * (at + 1))
    const [one, two] = [mixed[at] as Value, mixed[other] as Value]
    mixed[at] = two
    mixed[other] = one
  }
  return mixed
}
