import { lastSamples } from './last-samples.ts'
import { overviewSamples } from './overview-samples.ts'
import { pageSamples } from './page-samples.ts'
import type { Sample } from './sample.ts'
import { stateSamples } from './state-samples.ts'

export const samples: readonly Sample[] = [
  ...pageSamples,
  ...stateSamples,
  ...lastSamples,
  ...overviewSamples,
]
