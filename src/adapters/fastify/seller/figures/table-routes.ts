import { Readable } from 'node:stream'
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyReply } from 'fastify'
import { ListReports } from '../../../../application/ingestion/list-reports.ts'
import { GetTable } from '../../../../application/performance/get-table.ts'
import { minutes, seconds } from '../../../../domain/calendar.ts'
import type { LiveConnection } from '../../../../domain/connection/connection.ts'
import { type Level, levels } from '../../../../domain/performance/level.ts'
import { missingReportsOf } from '../../../../domain/performance/missing-reports.ts'
import { requireSignIn } from '../../kit/sessions.ts'
import { urlWithQuery } from '../../kit/url-query.ts'
import type { RouteOptions } from '../../kit/web-app.ts'
import { planRestrictionNotice } from '../ads-notices.ts'
import { adsPageContext, pageRenderer } from '../ads-page-context.ts'
import { parseCounting, parsePeriodChoice } from './period-query.ts'
import { csvDisposition, tableCsv } from './table-csv.ts'
import { tablePage } from './table-page.ts'
import {
  decodeCursor,
  filterIn,
  hasRedundantParameters,
  selectionIn,
  sortingIn,
  TableQuery,
} from './table-query.ts'

const pageSize = 50
/** Slower downloads would block a database connection. */
const exportTimeout = minutes(10)

/** S-28. */
export const tableRoutes: FastifyPluginAsyncTypebox<RouteOptions> = async (app, options) => {
  const { get } = options
  const getTable = get(GetTable)
  const listReports = get(ListReports)
  app.addHook('preValidation', requireSignIn)

  for (const level of levels) {
    app.get(`/${level}`, { schema: { querystring: TableQuery } }, async (request, reply) => {
      const { query } = request
      if (hasRedundantParameters(query)) {
        const { after } = query
        return reply.redirect(urlWithQuery(`/dashboard/ads/${level}`, { ...selectionIn(query), after }), 303)
      }
      const context = adsPageContext(request, options, query.account)
      const { current, planRestriction } = context
      if (!current) return reply.redirect('/dashboard/ads/', 303)
      const after = decodeCursor(query.after, level)
      const pageRequest = { ...tableRequestOf(query, level), after, limit: pageSize }
      const [shown, reports] = await Promise.all([
        getTable.execute(
          accountOf(current),
          parsePeriodChoice(query),
          pageRequest,
          abortOnDisconnect(reply).signal,
        ),
        listReports.execute(current.id),
      ])
      if (shown.result === 'nothing_loaded')
        return reply.redirect(`/dashboard/ads/?account=${current.id}`, 303)

      const draw = pageRenderer(reply, options, context)
      const content = {
        connection: current,
        level,
        query,
        shown,
        missingReports: missingReportsOf(level, reports),
        finished: reports.finished,
      }
      return draw(
        'ads/table',
        shell => tablePage(shell, content),
        'Ads',
        planRestriction && planRestrictionNotice(current, planRestriction, null),
      )
    })

    app.get(`/${level}.csv`, { schema: { querystring: TableQuery } }, async (request, reply) => {
      const { query } = request
      const { current } = adsPageContext(request, options, query.account)
      if (!current) return reply.redirect('/dashboard/ads/', 303)
      const counting = parseCounting(query)
      const disconnected = abortOnDisconnect(reply)
      const exportSignal = AbortSignal.any([disconnected.signal, AbortSignal.timeout(exportTimeout)])
      const exported = await getTable.export(
        accountOf(current),
        parsePeriodChoice(query),
        tableRequestOf(query, level),
        exportSignal,
      )
      if (exported.exports === 'nothing')
        return reply.redirect(`/dashboard/ads/${level}?account=${current.id}`, 303)
      const table = tableCsv({ level, profile: current.profile, counting }, exported.batches)
      const lines = withStallTimeout(table, () => {
        disconnected.abort()
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
  const disconnected = new AbortController()
  // 'close' may have fired during the session lookup.
  if (reply.raw.destroyed) disconnected.abort()
  else reply.raw.once('close', () => disconnected.abort())
  return disconnected
}

/** A client that stops reading blocks a database connection. */
const stallTimeout = seconds(30)

async function* withStallTimeout(lines: AsyncIterable<string>, cutOff: () => void): AsyncGenerator<string> {
  for await (const line of lines) {
    const timer = setTimeout(cutOff, stallTimeout)
    try {
      yield line
    } finally {
      clearTimeout(timer)
    }
  }
}

const accountOf = ({ id, profile }: LiveConnection) => ({ connectionId: id, timezone: profile.timezone })

const tableRequestOf = (query: TableQuery, level: Level) => ({
  level,
  counting: parseCounting(query),
  sorting: sortingIn(query),
  filter: filterIn(query),
})
