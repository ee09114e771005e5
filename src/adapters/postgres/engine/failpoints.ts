import { channel } from 'node:diagnostics_channel'

/** One side of a commit, named after the transaction's first event. */
export interface Failpoint {
  readonly side: 'before' | 'after'
  readonly commit: string
}

/** A kill at these points must lose nothing. Only the crash harness subscribes. */
const failpoints = channel('1smart.failpoints')

export function hitFailpoint(side: Failpoint['side'], commit: string): void {
  if (failpoints.hasSubscribers) failpoints.publish({ side, commit } satisfies Failpoint)
}

/** For a statement outside a transaction. */
export async function withFailpoints<Result>(
  commit: string,
  statement: () => Promise<Result>,
): Promise<Result> {
  hitFailpoint('before', commit)
  const result = await statement()
  hitFailpoint('after', commit)
  return result
}

const labels = new WeakMap<object, string>()

export function labelTransaction(transaction: object, kind: string): void {
  if (!labels.has(transaction)) labels.set(transaction, kind)
}

export const transactionLabel = (transaction: object): string => labels.get(transaction) ?? 'no event'
