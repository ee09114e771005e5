import { CallStatistics } from '../../../../src/application/ingestion/report-ports.ts'
import type { AnsweredCallOutcome } from '../../../../src/domain/ingestion/call-latency.ts'
import type { Region } from '../../../../src/domain/profile/region.ts'

export class FakeCallStatistics extends CallStatistics {
  readonly counted: { readonly region: Region; readonly outcome: AnsweredCallOutcome }[] = []

  begin(region: Region): (outcome: AnsweredCallOutcome) => void {
    return outcome => void this.counted.push({ region, outcome })
  }

  async flush(): Promise<void> {}
}
