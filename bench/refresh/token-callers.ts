import { GetAccessToken } from '../../src/application/connection/authorisation/get-access-token.ts'
import type { ConnectionId } from '../../src/domain/identifiers.ts'
import { answerCalls } from '../bench-process.ts'
import { type BenchProduct, openProduct, type ProductPlan } from '../product.ts'

let product: BenchProduct | undefined

const calls = {
  async start(plan: ProductPlan) {
    product = await openProduct(plan)
  },
  /** @returns each caller's token, and the milliseconds that the caller waited. */
  async requestTokens({ connectionId, callers }: { connectionId: ConnectionId; callers: number }) {
    if (!product) throw new Error('the process was not started')
    const getAccessToken = product.container.get(GetAccessToken)
    const startedAt = performance.now()
    const requests = Array.from({ length: callers }, async () => {
      const token = await getAccessToken.execute(connectionId)
      return { token: token.reveal(), milliseconds: performance.now() - startedAt }
    })
    return Promise.all(requests)
  },
}
export type CallerCalls = typeof calls

answerCalls(calls, async () => product?.[Symbol.asyncDispose]())
