import { channel } from 'node:diagnostics_channel'
import { type CommitSignal, type FinishedSyncRun, signals } from '../../application/diagnostics-channels.ts'
import type { TimelineEntry } from '../../domain/timeline/entry.ts'

const commits = channel(signals.commits)

interface Noted {
  readonly entries: TimelineEntry[]
  readonly finished: FinishedSyncRun[]
}

const afterwards = new WeakMap<object, (() => void)[]>()

export function afterCommit(transaction: object, follow: () => void): void {
  const known = afterwards.get(transaction)
  if (known) known.push(follow)
  else afterwards.set(transaction, [follow])
}

/** Keyed by transaction. */
const bufferedSignals = new WeakMap<object, Noted>()

export function note(transaction: object, { entries = [], finished = [] }: Partial<CommitSignal>): void {
  if (!commits.hasSubscribers) return
  const known = bufferedSignals.get(transaction) ?? { entries: [], finished: [] }
  known.entries.push(...entries)
  known.finished.push(...finished)
  bufferedSignals.set(transaction, known)
}

/** Call after the commit. */
export function publishCommitOf(transaction: object): void {
  for (const follow of afterwards.get(transaction) ?? []) follow()
  const its = bufferedSignals.get(transaction)
  if (its) publishCommit(its)
}

export function publishCommit(commit: CommitSignal): void {
  if (commits.hasSubscribers) commits.publish(commit)
}
