import { channel } from 'node:diagnostics_channel'

/** The edge of a commit; a transaction bears the name of what it told first. */
export interface Boundary {
  readonly side: 'before' | 'after'
  readonly commit: string
}

/** Where a process may die, and nothing may be lost. Free while nobody listens; only the crash harness does. */
const boundaries = channel('1smart.boundaries')

export function passing(side: Boundary['side'], commit: string): void {
  if (boundaries.hasSubscribers) boundaries.publish({ side, commit } satisfies Boundary)
}

/** For a statement that commits by itself. */
export async function committing<Result>(commit: string, statement: () => Promise<Result>): Promise<Result> {
  passing('before', commit)
  const result = await statement()
  passing('after', commit)
  return result
}

const told = new WeakMap<object, string>()

/** Names a transaction by the first thing that it tells. */
export function telling(transaction: object, kind: string): void {
  if (!told.has(transaction)) told.set(transaction, kind)
}

export const nameOf = (transaction: object): string => told.get(transaction) ?? 'nothing told'
