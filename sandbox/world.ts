import type { CallCounter } from './control/calls.ts'
import type { Switchboard } from './control/switchboard.ts'
import type { Source } from './figures/source.ts'
import type { Memory } from './memory.ts'
import type { ReportFiles } from './reporting/report-files.ts'
import type { Signer } from './signer.ts'

export interface World {
  readonly source: Source
  readonly clientId: string
  readonly clientSecret: string
  readonly signer: Signer
  readonly memory: Memory
  readonly switchboard: Switchboard
  readonly calls: CallCounter
  readonly files: ReportFiles
  now(): number
  /** The responding server's clock, which a fault can skew; it signs and checks by it. */
  clock(): number
  origin(): string
}
