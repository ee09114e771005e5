import { CallStatistics } from '../../../../src/application/ingestion/report-ports.ts'
import {
  type AnsweredCallOutcome,
  type CallCount,
  latencyBucketOf,
} from '../../../../src/domain/ingestion/call-latency.ts'
import type { Region } from '../../../../src/domain/profile/region.ts'

interface CountedCall extends CallCount {
  readonly region: Region
  readonly at: Date
}

/** Counts every call with a latency of zero. */
export class FakeCallStatistics extends CallStatistics {
  readonly counted: CountedCall[] = []

  begin(region: Region): (outcome: AnsweredCallOutcome, at: Date) => void {
    return (outcome, at) => {
      this.counted.push({ region, at, outcome, within: latencyBucketOf(0), calls: 1, milliseconds: 0 })
    }
  }

  async flush(): Promise<void> {}
}
