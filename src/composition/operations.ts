import type { FastifyInstance } from 'fastify'
import type { Container } from 'inversify'
import { buildOperationsServer, type OperationsDependencies } from '../adapters/fastify/operations-routes.ts'
import type { Database } from '../adapters/postgres/engine/database.ts'
import { Telemetry } from '../adapters/telemetry/telemetry.ts'
import { openTraces } from '../adapters/telemetry/traces.ts'
import { CheckReadiness } from '../admin/overview/check-readiness.ts'
import { CollectSystemMetrics } from '../admin/overview/collect-system-metrics.ts'
import { DatabaseHealth } from '../admin/ports.ts'
import type { ExternalServices } from './modules/bindings.ts'
import type { ProductConfig } from './product-config.ts'

export interface Monitoring {
  readonly deps: OperationsDependencies
  readonly operations: FastifyInstance | null
}

/** Opened first and closed last, so that telemetry covers everything. */
export async function openOperations(
  container: Container,
  { settings, log }: ProductConfig,
  { database, onError }: ExternalServices,
  closers: (() => Promise<unknown>)[],
): Promise<Monitoring> {
  const { process, operations } = settings
  const traces = operations.tracesUrl && (await openTraces(operations.tracesUrl, { process, onError }))
  const telemetry = new Telemetry({
    log,
    collectSystemMetrics: container.get(CollectSystemMetrics),
    databaseHealth: container.get(DatabaseHealth),
    pools: () => [countsOf('pages', database.pages), countsOf('files', database.pool)],
    traces,
    onError,
  })
  closers.push(() => telemetry.close())
  const deps = {
    checkReadiness: container.get(CheckReadiness),
    isWorker: process === 'worker',
    readMetrics: () => telemetry.metrics(),
  }
  if (operations.port === null) return { deps, operations: null }
  const server = await buildOperationsServer({ ...deps, log })
  closers.push(() => server.close())
  return { deps, operations: server }
}

const countsOf = (pool: string, { totalCount, idleCount, waitingCount }: Database['pool']) => ({
  pool,
  total: totalCount,
  idle: idleCount,
  waiting: waitingCount,
})
