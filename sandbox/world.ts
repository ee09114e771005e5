import type { CallCounter } from './control/calls.ts'
import type { Switchboard } from './control/switchboard.ts'
import type { Source } from './figures/source.ts'
import type { Memory } from './memory.ts'
import type { ReportFiles } from './reporting/report-files.ts'
import type { Sealer } from './sealer.ts'

/** Everything that the sandbox's calls share. */
export interface World {
  readonly source: Source
  readonly clientId: string
  readonly clientSecret: string
  readonly sealer: Sealer
  readonly memory: Memory
  readonly switchboard: Switchboard
  readonly calls: CallCounter
  readonly files: ReportFiles
  /** Amazon's time. */
  now(): number
  /** The time by the clock of the server that answers this call, which a fault can put wrong: it signs and judges by it. */
  clock(): number
  /** Where the sandbox listens, such as `http://127.0.0.1:4000`. */
  origin(): string
}
