import type { FastifyInstance } from 'fastify'
import { buildOperationsServer, type OperationsOptions } from '../adapters/fastify/operations-routes.ts'
import type { Database } from '../adapters/postgres/engine/database.ts'
import { Telemetry } from '../adapters/telemetry/telemetry.ts'
import { openTraces } from '../adapters/telemetry/traces.ts'
import { CollectSystemMetrics } from '../admin/overview/collect-system-metrics.ts'
import { DatabaseHealth } from '../admin/ports.ts'
import type { Get } from '../application/ports.ts'
import type { ExternalServices } from './modules/bindings.ts'
import type { ProductConfig } from './product-config.ts'

export interface Monitoring {
  readonly options: OperationsOptions
  readonly operations: FastifyInstance | null
}

/** Opened first and closed last, so that telemetry covers everything. */
export async function openOperations(
  get: Get,
  { settings, log }: ProductConfig,
  { database, onError }: ExternalServices,
  closers: (() => Promise<unknown>)[],
): Promise<Monitoring> {
  const { process, operations } = settings
  const traces = operations.tracesUrl && (await openTraces(operations.tracesUrl, { process, onError }))
  const telemetry = new Telemetry({
    log,
    collectSystemMetrics: get(CollectSystemMetrics),
    databaseHealth: get(DatabaseHealth),
    pools: () => [countsOf('pages', database.pages), countsOf('files', database.pool)],
    traces,
    onError,
  })
  closers.push(() => telemetry.close())
  const options: OperationsOptions = {
    get,
    isWorker: process === 'worker',
    readMetrics: () => telemetry.metrics(),
  }
  if (operations.port === null) return { options, operations: null }
  const server = await buildOperationsServer({ ...options, log })
  closers.push(() => server.close())
  return { options, operations: server }
}

const countsOf = (pool: string, { totalCount, idleCount, waitingCount }: Database['pool']) => ({
  pool,
  total: totalCount,
  idle: idleCount,
  waiting: waitingCount,
})
