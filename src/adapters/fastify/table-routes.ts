import { Readable } from 'node:stream'
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyReply } from 'fastify'
import type { ListReports } from '../../application/ingestion/index.ts'
import type { GetTable } from '../../application/performance/index.ts'
import type { Clock } from '../../application/ports.ts'
import { minutes, seconds } from '../../domain/calendar.ts'
import type { LiveConnection } from '../../domain/connection/connection.ts'
import { type Level, levels } from '../../domain/performance/level.ts'
import { missingReportsOf } from '../../domain/performance/missing-reports.ts'
import { planRestrictionNotice } from './ads-notices.ts'
import { adsPageContext, pageRenderer } from './ads-page-context.ts'
import { choiceIn } from './period-query.ts'
import { requireSignIn } from './seller-session.ts'
import { csvDisposition, tableCsv } from './table-csv.ts'
import { tablePage } from './table-page.ts'
import { decodeCursor, filterIn, hasCanonicalUrl, selectionIn, sortingIn, TableQuery } from './table-query.ts'
import type { Render } from './templates.ts'
import { urlWithQuery } from './url-query.ts'

export interface TableDependencies {
  readonly getTable: GetTable
  readonly listReports: ListReports
  readonly clock: Clock
  readonly render: Render
  readonly supportEmail: string
}

const rowsOnAPage = 50
/** Slower downloads would block a database connection. */
const maxExport = minutes(10)

/** S-28. */
export const tableRoutes: FastifyPluginAsyncTypebox<TableDependencies> = async (app, deps) => {
  const { getTable, listReports } = deps
  app.addHook('preValidation', requireSignIn)

  for (const level of levels) {
    app.get(`/${level}`, { schema: { querystring: TableQuery } }, async (request, reply) => {
      const { query } = request
      if (hasCanonicalUrl(query)) {
        const { after } = query
        return reply.redirect(urlWithQuery(`/dashboard/ads/${level}`, { ...selectionIn(query), after }), 303)
      }
      const frame = adsPageContext(request, deps, query.account)
      const { current, planRestriction } = frame
      if (!current) return reply.redirect('/dashboard/ads/', 303)
      const after = decodeCursor(query.after, level)
      const ask = { ...askedIn(query, level), after, limit: rowsOnAPage }
      const [shown, reports] = await Promise.all([
        getTable.execute(askerOf(current), choiceIn(query), ask, abortOnDisconnect(reply).signal),
        listReports.execute(current.id),
      ])
      if (shown.result === 'nothing_loaded')
        return reply.redirect(`/dashboard/ads/?account=${current.id}`, 303)

      const draw = pageRenderer(reply, deps, frame)
      const its = { connection: current, level, query, shown, lacking: missingReportsOf(level, reports) }
      return draw(
        'ads/table',
        shell => tablePage(shell, its),
        'Ads',
        planRestriction && planRestrictionNotice(current, planRestriction, null),
      )
    })

    app.get(`/${level}.csv`, { schema: { querystring: TableQuery } }, async (request, reply) => {
      const { query } = request
      const { current } = adsPageContext(request, deps, query.account)
      if (!current) return reply.redirect('/dashboard/ads/', 303)
      const gone = abortOnDisconnect(reply)
      const over = AbortSignal.any([gone.signal, AbortSignal.timeout(maxExport)])
      const exported = await getTable.export(askerOf(current), choiceIn(query), askedIn(query, level), over)
      if (exported.exports === 'nothing')
        return reply.redirect(`/dashboard/ads/${level}?account=${current.id}`, 303)
      const table = tableCsv({ level, currency: current.profile.currency }, exported.batches)
      const lines = withStallTimeout(table, () => {
        gone.abort()
        reply.raw.destroy()
      })
      return reply
        .type('text/csv; charset=utf-8')
        .header('content-disposition', csvDisposition(level, current, exported.days))
        .send(Readable.from(lines, { objectMode: false }))
    })
  }
}

function abortOnDisconnect(reply: FastifyReply): AbortController {
  const gone = new AbortController()
  // 'close' may have fired during the session lookup.
  if (reply.raw.destroyed) gone.abort()
  else reply.raw.once('close', () => gone.abort())
  return gone
}

/** A client that stops reading blocks a database connection. */
const maxStall = seconds(30)

async function* withStallTimeout(lines: AsyncIterable<string>, cutOff: () => void): AsyncGenerator<string> {
  for await (const line of lines) {
    const timer = setTimeout(cutOff, maxStall)
    try {
      yield line
    } finally {
      clearTimeout(timer)
    }
  }
}

const askerOf = ({ id, profile }: LiveConnection) => ({ connectionId: id, timezone: profile.timezone })

const askedIn = (query: TableQuery, level: Level) => ({
  level,
  sorting: sortingIn(query),
  filter: filterIn(query),
})
