import type { Container } from 'inversify'
import { AdvanceReport } from '../../src/application/ingestion/report/advance-report.ts'
import type { ReportId } from '../../src/domain/identifiers.ts'
import { answerCalls } from '../bench-process.ts'
import { type BenchProduct, openProduct, type ProductPlan } from '../product.ts'

let product: BenchProduct | undefined

const calls = {
  async open(plan: ProductPlan) {
    product = await openProduct(plan)
    await product.database.pool.query('select')
  },
  /** @returns milliseconds for the last status poll, download, decoding, COPY, replacement, roll-up and commit. */
  async load(reportId: ReportId) {
    const container = product?.container as Container
    const advanceReport = container.get(AdvanceReport)
    const startedAt = performance.now()
    await advanceReport.execute(reportId)
    return performance.now() - startedAt
  },
}
export type WorkerCalls = typeof calls

answerCalls(calls, async () => product?.[Symbol.asyncDispose]())
