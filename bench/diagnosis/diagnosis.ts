import { drivePair, isNamedCorrectly, nameOf, pickPair } from '../../test/proofs/diagnosis/pairs.ts'
import { situations } from '../../test/proofs/diagnosis/situations.ts'
import { openWorld } from '../../test/proofs/faults/driver/world.ts'
import { randomNumbers } from '../../test/support/seed.ts'
import type { Measure } from '../measures.ts'
import type { BenchOptions } from '../options.ts'

/** Minimum share of correct diagnoses: for one cause, and for two at once. */
const minimumShare = { single: 1, pairs: 0.95 }
const seed = 1

/**
 * A single cause must be named first; of two, both must be named, the more important one first. The sandbox injects the
 * faults under names that the product never sees.
 */
export async function benchDiagnosis({ quick, connections, log }: BenchOptions): Promise<Measure[]> {
  const world = await openWorld(5000)
  try {
    let single = 0
    for (const { cause, arrange } of quick ? situations.slice(0, 5) : situations) {
      const named = await arrange(world)
      if (named[0] === cause) single += 1
      else log(`wrong: ${cause} was diagnosed as ${named.join(', ')}`)
    }
    log(`${single} of ${quick ? 5 : situations.length} situations with a single cause diagnosed correctly`)

    const count = quick ? 5 : (connections ?? 300)
    const roll = randomNumbers(seed)
    let pairs = 0
    for (let index = 0; index < count; index += 1) {
      const pair = pickPair(roll)
      const named = await drivePair(world, pair)
      if (isNamedCorrectly(pair, named)) pairs += 1
      else log(`wrong: ${nameOf(pair)} was diagnosed as ${named.join(', ')}`)
      if ((index + 1) % 100 === 0) log(`${pairs} of ${index + 1} pairs diagnosed correctly`)
    }
    return [
      shareMeasure(
        'diagnosis: single causes named first',
        single / (quick ? 5 : situations.length),
        minimumShare.single,
      ),
      shareMeasure(`diagnosis: ${count} pairs, both named`, pairs / count, minimumShare.pairs),
    ]
  } finally {
    await world.close()
  }
}

const shareMeasure = (name: string, ours: number, reference: number): Measure => ({
  name,
  unit: 'share',
  ours,
  reference,
  referenceName: 'minimum',
  more: 'better',
  target: 1,
})
