import type { MutantResult } from '@stryker-mutator/api/core'

/** A mutant that no test found. */
export interface Survivor extends MutantResult {
  /** From the project's root. */
  readonly path: string
  /** The source line where it begins. */
  readonly line: string
}

interface Reason {
  /** A sentence for docs/mutation.md. */
  readonly reason: string
  readonly holds: (survivor: Survivor) => boolean
}

/** Why survivors may stay. The first that holds counts; without one a survivor is a gap in the tests. */
export const reasons: readonly Reason[] = []
