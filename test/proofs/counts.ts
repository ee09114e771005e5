/**
 * How often a long proof is repeated: a share in `npm test`, in full with `npm run prove`. The seed is printed
 * with a failure, so that the same points can be tried again.
 */
export function counts(share: number, full: number): { count: number; seed: number } {
  const isFull = process.env['PROVE'] === 'full'
  return { count: isFull ? full : share, seed: Number(process.env['PROVE_SEED'] ?? 1) }
}

/** A small repeatable dice (mulberry32): numbers in [0, 1). */
export function dice(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

/** Fisher and Yates'. */
export function shuffled<Value>(values: readonly Value[], roll: () => number): Value[] {
  const mixed = [...values]
  for (let at = mixed.length - 1; at > 0; at -= 1) {
    const other = Math.floor(roll() * (at + 1))
    const [one, two] = [mixed[at], mixed[other]]
    if (one === undefined || two === undefined) continue
    mixed[at] = two
    mixed[other] = one
  }
  return mixed
}
