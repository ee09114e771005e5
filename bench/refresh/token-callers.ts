import { GetAccessToken } from '../../src/application/connection/index.ts'
import type { ConnectionId } from '../../src/domain/identifiers.ts'
import { answerCalls } from '../bench-process.ts'
import { type BenchProduct, openProduct, type ProductPlan } from '../product.ts'

let product: BenchProduct | undefined

const calls = {
  async start(plan: ProductPlan) {
    product = await openProduct(plan)
  },
  /** @returns the milliseconds that each waited, and the number of distinct tokens. */
  async requestTokens({ connectionId, callers }: { connectionId: ConnectionId; callers: number }) {
    if (!product) throw new Error('it was not started')
    const refreshAccessToken = product.container.get(GetAccessToken)
    const began = performance.now()
    const requests = Array.from({ length: callers }, async () => {
      const token = await refreshAccessToken.execute(connectionId)
      return { token: token.reveal(), milliseconds: performance.now() - began }
    })
    return Promise.all(requests)
  },
}
export type CallerCalls = typeof calls

answerCalls(calls, async () => product?.[Symbol.asyncDispose]())
