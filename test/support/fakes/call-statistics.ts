import { CallStatistics } from '../../../src/application/ingestion/ports.ts'
import {
  type AnsweredCallOutcome,
  type CallCount,
  latencyBucketOf,
} from '../../../src/domain/ingestion/call-latency.ts'
import type { Region } from '../../../src/domain/profile/region.ts'

interface Counted extends CallCount {
  readonly region: Region
  readonly at: Date
}

/** Calls take no time. */
export class FakeCallStatistics extends CallStatistics {
  readonly counted: Counted[] = []

  begin(region: Region): (outcome: AnsweredCallOutcome, at: Date) => void {
    return (outcome, at) => {
      this.counted.push({ region, at, outcome, within: latencyBucketOf(0), calls: 1, milliseconds: 0 })
    }
  }

  async flush(): Promise<void> {}
}
