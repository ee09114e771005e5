import { messageSamples } from './samples/message-samples.ts'
import { overviewSamples } from './samples/overview-samples.ts'
import { pageSamples } from './samples/page-samples.ts'
import type { Sample } from './samples/sample.ts'
import { stateSamples } from './samples/state-samples.ts'

export const samples: readonly Sample[] = [
  ...pageSamples,
  ...stateSamples,
  ...messageSamples,
  ...overviewSamples,
]
