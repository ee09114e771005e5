import { setTimeout as sleep } from 'node:timers/promises'
import type { Container } from 'inversify'
import pLimit from 'p-limit'
import { AdvanceReport, SweepReports } from '../../src/application/ingestion/index.ts'
import type { ReportId } from '../../src/domain/identifiers.ts'
import type { LateBell } from './bells.ts'
import type { SkippingClock } from './skipping-clock.ts'

/** As the product's worker has them (`startReportWorker`). */
const concurrency = 10
const sweepMilliseconds = 2000

interface Scene {
  readonly container: Container
  readonly clock: SkippingClock
  readonly bell: LateBell
  /** Amazon's clock goes with ours. */
  readonly moveAmazon: (milliseconds: number) => Promise<void>
}

/** Something from outside, at its time. */
export interface Arrival {
  /** Milliseconds after the beginning. */
  readonly after: number
  readonly happen: () => Promise<void>
}

/**
 * The worker's loop on a clock that skips what nobody works in: bells and sweeps wake reports, ten are worked on at
 * once, and the work takes as long as it takes. So a burst waits for its turn here as it would there.
 *
 * @param isOver asked whenever nothing is left to ring.
 */
export async function simulate(
  { container, clock, bell, moveAmazon }: Scene,
  arrivals: readonly Arrival[],
  isOver: () => Promise<boolean>,
): Promise<{ steps: number }> {
  const [advanceReport, sweepReports] = [container.get(AdvanceReport), container.get(SweepReports)]
  const limit = pLimit(concurrency)
  const inHand = new Map<ReportId, Promise<void>>()
  const failures: unknown[] = []
  let steps = 0
  const advance = (reportId: ReportId): void => {
    if (inHand.has(reportId)) return
    const step = limit(async () => {
      if (await advanceReport.run(reportId)) steps += 1
    })
      .catch(error => void failures.push(error))
      .finally(() => inHand.delete(reportId))
    inHand.set(reportId, step)
  }

  const begin = clock.now().getTime()
  const coming = arrivals.map(({ after, happen }) => ({ at: begin + after, happen }))
  let sweepAt = begin + sweepMilliseconds
  for (;;) {
    const now = clock.now().getTime()
    while ((coming[0]?.at ?? Number.POSITIVE_INFINITY) <= now) await coming.shift()?.happen()
    if (now >= sweepAt) {
      sweepAt = now + sweepMilliseconds
      for (const reportId of await sweepReports.run(concurrency * 2)) advance(reportId)
    }
    for (const reportId of bell.takeDue(now)) advance(reportId)
    if (failures.length > 0) throw new AggregateError(failures, 'a step failed on our side')

    const next = Math.min(bell.next(), coming[0]?.at ?? Number.POSITIVE_INFINITY)
    if (inHand.size > 0) {
      const wait = Math.min(next, sweepAt) - clock.now().getTime()
      await Promise.race([...inHand.values(), sleep(Math.max(0, wait))])
    } else if (next === Number.POSITIVE_INFINITY && (await isOver())) {
      return { steps }
    } else {
      clock.skipped += Math.max(0, Math.min(next, sweepAt) - clock.now().getTime())
      await moveAmazon(clock.skipped)
    }
  }
}
