import fastify from 'fastify'
import type { Shell } from '../../src/adapters/fastify/kit/shell-model.ts'
import { loadTemplates } from '../../src/adapters/fastify/kit/templates.ts'
import { dashboardPage } from '../../src/adapters/fastify/seller/figures/dashboard-page.ts'
import {
  parseChartedMetrics,
  periodControls,
} from '../../src/adapters/fastify/seller/figures/period-query.ts'
import { Connections } from '../../src/application/connection/ports.ts'
import { GetSyncProgress } from '../../src/application/ingestion/get-sync-progress.ts'
import { ProgressQueries } from '../../src/application/ingestion/ports.ts'
import { GetDashboard } from '../../src/application/performance/get-dashboard.ts'
import { Clock } from '../../src/application/ports.ts'
import { isLive } from '../../src/domain/connection/connection.ts'
import type { ConnectionId, SessionId } from '../../src/domain/identifiers.ts'
import { answerCalls } from '../bench-process.ts'
import { type BenchProduct, openProduct, type ProductPlan } from '../product.ts'

/** Reference for the pages: each route does one thing that no page can do without. */
let product: BenchProduct | undefined
const app = fastify()

const shell: Shell = {
  title: 'Ads',
  csrf: 'a CSRF token of the usual length',
  user: { name: 'A seller', email: 'seller@bench.test' },
  switcher: null,
  notice: null,
  supportEmail: 'support@bench.test',
  viewAs: null,
  help: null,
}

const calls = {
  /** @returns the address and the page's size in bytes. */
  async start({ connectionId, ...plan }: ProductPlan & { readonly connectionId: ConnectionId }) {
    product = await openProduct(plan)
    const { container, database } = product
    const connection = await container.get(Connections).find(connectionId)
    if (!connection || !isLive(connection)) throw new Error('the connection is not live')
    const { timezone } = connection.profile
    const outcome = await container
      .get(GetDashboard)
      .execute({ connectionId, timezone }, { preset: '30d' }, 'console', 50)
    const loading = await container.get(GetSyncProgress).execute(connection)
    if (outcome.result !== 'figures' || !loading) throw new Error('nothing is loaded')
    const { dashboard, loaded } = outcome
    const model = dashboardPage(shell, {
      connection,
      dashboard,
      charted: parseChartedMetrics({}),
      counting: 'console',
      queryParameters: {},
      controls: periodControls({}, {}, { loaded, shown: dashboard.days, path: '/dashboard/ads/' }),
      loading,
    })
    const render = loadTemplates()
    const page = render('ads/dashboard', model)
    app.get('/reply', (_, reply) => reply.type('text/html').send(page))
    app.get('/render', (_, reply) => reply.type('text/html').send(render('ads/dashboard', model)))
    app.get('/read', async () => {
      const { rows } = await database.pool.query('select id, status from connection where id = $1', [
        connectionId,
      ])
      return rows[0]
    })
    const { rows: sessions } = await database.pool.query<{ id: SessionId }>(
      'select id from session where closed_at is null limit 1',
    )
    const [session] = sessions
    if (!session) throw new Error('no seller is signed in')
    const [progressQueries, clock] = [container.get(ProgressQueries), container.get(Clock)]
    app.get('/query', () => progressQueries.find(session.id, null, clock.now()))
    return { address: await app.listen({ host: '127.0.0.1', port: 0 }), bytes: Buffer.byteLength(page) }
  },
}
export type BareCalls = typeof calls

answerCalls(calls, async () => {
  await app.close()
  await product?.[Symbol.asyncDispose]()
})
