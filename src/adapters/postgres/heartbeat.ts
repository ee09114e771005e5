/** What a killed process held is free within them, on PostgreSQL's clock. */
export const claimSeconds = 3

/** Milliseconds: some may be lost, and the claim stands. */
const interval = 750

/**
 * Extends a claim for as long as this process lives and works; no beat begins before the last one has ended, and one that
 * does not end in time has lost the claim, whatever comes of it.
 * @param extend false when the claim is another's by now: then it is told as lost, and the beating ends.
 * @returns what ends it.
 */
export function beat(
  extend: () => Promise<boolean>,
  { onLost, onError }: { onLost: () => void; onError: (error: unknown) => void },
): () => void {
  let beating = false
  let keptAt = performance.now()
  const end = () => clearInterval(timer)
  const lose = () => {
    end()
    onLost()
  }
  const timer = setInterval(() => {
    const begin = performance.now()
    if (begin - keptAt > claimSeconds * 1000) return lose()
    if (beating) return
    beating = true
    extend()
      .then(kept => {
        if (kept) keptAt = begin
        else lose()
      }, onError)
      .finally(() => {
        beating = false
      })
  }, interval)
  // A process that has nothing else to do need not keep its claims.
  timer.unref()
  return end
}
