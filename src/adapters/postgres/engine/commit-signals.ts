import { channel } from 'node:diagnostics_channel'
import {
  type CommitSignal,
  type FinishedSyncRun,
  signals,
} from '../../../application/diagnostics-channels.ts'
import type { TimelineEntry } from '../../../domain/timeline/entry.ts'

const commits = channel(signals.commits)

interface BufferedSignals {
  readonly entries: TimelineEntry[]
  readonly finished: FinishedSyncRun[]
}

const callbacks = new WeakMap<object, (() => void)[]>()

export function afterCommit(transaction: object, callback: () => void): void {
  const known = callbacks.get(transaction)
  if (known) known.push(callback)
  else callbacks.set(transaction, [callback])
}

/** Keyed by transaction. */
const bufferedSignals = new WeakMap<object, BufferedSignals>()

export function bufferSignals(
  transaction: object,
  { entries = [], finished = [] }: Partial<CommitSignal>,
): void {
  if (!commits.hasSubscribers) return
  const known = bufferedSignals.get(transaction) ?? { entries: [], finished: [] }
  known.entries.push(...entries)
  known.finished.push(...finished)
  bufferedSignals.set(transaction, known)
}

/** Call after the commit. */
export function publishCommitOf(transaction: object): void {
  for (const callback of callbacks.get(transaction) ?? []) callback()
  const buffered = bufferedSignals.get(transaction)
  if (buffered) publishCommit(buffered)
}

export function publishCommit(commit: CommitSignal): void {
  if (commits.hasSubscribers) commits.publish(commit)
}
