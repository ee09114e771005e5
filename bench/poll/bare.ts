import fastify from 'fastify'
import { ProgressQueries } from '../../src/application/ingestion/ports.ts'
import { Clock } from '../../src/application/ports.ts'
import type { SessionId } from '../../src/domain/identifiers.ts'
import { answerCalls } from '../bench-process.ts'
import { type BenchProduct, openProduct, type ProductPlan } from '../product.ts'

/** Reference for progress polls: the poll's own query and nothing else. */
let product: BenchProduct | undefined
const app = fastify()

const calls = {
  /** @returns the address. */
  async start({ sessionId, ...plan }: ProductPlan & { readonly sessionId: SessionId }) {
    product = await openProduct(plan)
    const { container } = product
    const [progressQueries, clock] = [container.get(ProgressQueries), container.get(Clock)]
    app.get('/query', () => progressQueries.find(sessionId, null, clock.now()))
    return app.listen({ host: '127.0.0.1', port: 0 })
  },
}
export type BareCalls = typeof calls

answerCalls(calls, async () => {
  await app.close()
  await product?.[Symbol.asyncDispose]()
})
