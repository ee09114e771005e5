/** Seed of all random choices in tests: `TEST_SEED`, default 1. A failed run prints it. */
export const seed = seedIn(process.env['TEST_SEED'] ?? '1')

function seedIn(text: string): number {
  if (!/^\d{1,9}$/.test(text))
    throw new Error(`TEST_SEED must be a whole number of up to 9 digits, not ${text}`)
  return Number(text)
}

/** Deterministic numbers in [0, 1) (mulberry32). */
export function randomNumbers(from = seed): () => number {
  let state = from >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

/** Returns a random whole number from 0 to `end` - 1. */
export const randomIntegerBelow = (end: number, random: () => number): number => Math.floor(random() * end)

/** Fisher–Yates shuffle. */
export function shuffled<Value>(values: readonly Value[], random: () => number): Value[] {
  const mixed = [...values]
  for (let at = mixed.length - 1; at > 0; at -= 1) {
    const other = randomIntegerBelow(at + 1, random)
    const [one, two] = [mixed[at], mixed[other]]
    if (one === undefined || two === undefined) continue
    mixed[at] = two
    mixed[other] = one
  }
  return mixed
}
