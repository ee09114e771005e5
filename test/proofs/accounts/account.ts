import { failureMessages } from '../../../src/adapters/fastify/seller/report-failure-texts.ts'
import type { ConnectionId } from '../../../src/domain/identifiers.ts'
import { reportCatalogue } from '../../../src/domain/ingestion/catalogue.ts'
import type { FailureReason } from '../../../src/domain/ingestion/report-error.ts'
import { factDifferences } from '../../support/product/loaded-facts.ts'
import type { TestProduct } from '../../support/product/test-product.ts'

interface FinishedReport {
  readonly type: string
  readonly status: string
  readonly failure: FailureReason | null
}

/** @returns the loaded figures that differ from Amazon's, and the failures without a reason. */
export async function findProblems(product: TestProduct, connectionId: ConnectionId): Promise<string[]> {
  const reports = await product.query<FinishedReport>(
    'select type, status, failure from report where connection_id = $1',
    [connectionId],
  )
  const failed = reports.filter(({ status }) => status !== 'loaded')
  const withoutReason = failed.filter(({ status, failure }) => status !== 'failed' || !isKnownReason(failure))
  const mismatches = await factDifferences(product, connectionId)
  const isOfFailedReport = (difference: string): boolean =>
    failed.some(({ type }) => difference.startsWith(`${type}: 0 `))
  return [
    ...(reports.length === reportCatalogue.length ? [] : [`${reports.length} reports`]),
    ...withoutReason.map(report => `no reason: ${JSON.stringify(report)}`),
    ...mismatches.filter(difference => !isOfFailedReport(difference)),
  ]
}

const isKnownReason = (failure: FailureReason | null): boolean =>
  failure !== null && Object.hasOwn(failureMessages, failure.error)
