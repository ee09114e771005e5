import { channel } from 'node:diagnostics_channel'

/** One side of a commit, named after the transaction's first event. */
export interface Boundary {
  readonly side: 'before' | 'after'
  readonly commit: string
}

/** Points where a kill must lose nothing. They cost nothing unless the crash harness subscribes. */
const boundaries = channel('1smart.boundaries')

export function passing(side: Boundary['side'], commit: string): void {
  if (boundaries.hasSubscribers) boundaries.publish({ side, commit } satisfies Boundary)
}

/** For a statement outside a transaction. */
export async function committing<Result>(commit: string, statement: () => Promise<Result>): Promise<Result> {
  passing('before', commit)
  const result = await statement()
  passing('after', commit)
  return result
}

const told = new WeakMap<object, string>()

export function telling(transaction: object, kind: string): void {
  if (!told.has(transaction)) told.set(transaction, kind)
}

export const nameOf = (transaction: object): string => told.get(transaction) ?? 'nothing told'
