import { channel } from 'node:diagnostics_channel'
import { type CommitSignal, type SettledRun, signals } from '../../application/signals.ts'
import type { TimelineEntry } from '../../domain/timeline/entry.ts'

const commits = channel(signals.commits)

interface Noted {
  readonly entries: TimelineEntry[]
  readonly settled: SettledRun[]
}

const afterwards = new WeakMap<object, (() => void)[]>()

/** Calls `follow` once the transaction is committed, never after a rollback. */
export function onceCommitted(transaction: object, follow: () => void): void {
  const known = afterwards.get(transaction)
  if (known) known.push(follow)
  else afterwards.set(transaction, [follow])
}

/** Keyed by transaction, and dropped with it. */
const noted = new WeakMap<object, Noted>()

export function note(transaction: object, { entries = [], settled = [] }: Partial<CommitSignal>): void {
  if (!commits.hasSubscribers) return
  const known = noted.get(transaction) ?? { entries: [], settled: [] }
  known.entries.push(...entries)
  known.settled.push(...settled)
  noted.set(transaction, known)
}

/** Runs callbacks and publishes signals. Call after the commit. */
export function tellCommitOf(transaction: object): void {
  for (const follow of afterwards.get(transaction) ?? []) follow()
  const its = noted.get(transaction)
  if (its) tellCommit(its)
}

export function tellCommit(commit: CommitSignal): void {
  if (commits.hasSubscribers) commits.publish(commit)
}
