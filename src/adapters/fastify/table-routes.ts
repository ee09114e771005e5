import { Readable } from 'node:stream'
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyReply } from 'fastify'
import type { ListReports } from '../../application/ingestion/index.ts'
import type { ShowTable } from '../../application/performance/index.ts'
import type { Clock } from '../../application/ports.ts'
import { minutes, seconds } from '../../domain/calendar.ts'
import type { HeldConnection } from '../../domain/connection/connection.ts'
import { lackingOf } from '../../domain/performance/lacking.ts'
import { type Level, levels } from '../../domain/performance/level.ts'
import { addressOf } from './address.ts'
import { frameOf, pageDrawer } from './ads-frame.ts'
import { lackNotice } from './ads-notices.ts'
import { choiceIn } from './period-query.ts'
import { demandSignIn } from './seller-session.ts'
import { csvDisposition, tableCsv } from './table-csv.ts'
import { tablePage } from './table-page.ts'
import { chosenIn, filterIn, isWordy, readBookmark, sortingIn, TableQuery } from './table-query.ts'
import type { Render } from './templates.ts'

export interface TableNeeds {
  readonly showTable: ShowTable
  readonly listReports: ListReports
  readonly clock: Clock
  readonly render: Render
  readonly supportEmail: string
}

const rowsOnAPage = 50
/** Slower downloads would block a database connection. */
const longestExport = minutes(10)

/** S-28. */
export const tableRoutes: FastifyPluginAsyncTypebox<TableNeeds> = async (app, needs) => {
  const { showTable, listReports } = needs
  app.addHook('preValidation', demandSignIn)

  for (const level of levels) {
    app.get(`/${level}`, { schema: { querystring: TableQuery } }, async (request, reply) => {
      const { query } = request
      if (isWordy(query)) {
        const { after } = query
        return reply.redirect(addressOf(`/dashboard/ads/${level}`, { ...chosenIn(query), after }), 303)
      }
      const frame = frameOf(request, needs, query.account)
      const { current, lack } = frame
      if (!current) return reply.redirect('/dashboard/ads/', 303)
      const after = readBookmark(query.after, level)
      const ask = { ...askedIn(query, level), after, limit: rowsOnAPage }
      const [shown, reports] = await Promise.all([
        showTable.run(askerOf(current), choiceIn(query), ask, goneOf(reply).signal),
        listReports.run(current.id),
      ])
      if (shown.shows === 'nothing_loaded')
        return reply.redirect(`/dashboard/ads/?account=${current.id}`, 303)

      const draw = pageDrawer(reply, needs, frame)
      const its = { connection: current, level, query, shown, lacking: lackingOf(level, reports) }
      return draw('ads/table', shell => tablePage(shell, its), 'Ads', lack && lackNotice(current, lack, null))
    })

    app.get(`/${level}.csv`, { schema: { querystring: TableQuery } }, async (request, reply) => {
      const { query } = request
      const { current } = frameOf(request, needs, query.account)
      if (!current) return reply.redirect('/dashboard/ads/', 303)
      const gone = goneOf(reply)
      const over = AbortSignal.any([gone.signal, AbortSignal.timeout(longestExport)])
      const exported = await showTable.export(askerOf(current), choiceIn(query), askedIn(query, level), over)
      if (exported.exports === 'nothing')
        return reply.redirect(`/dashboard/ads/${level}?account=${current.id}`, 303)
      const table = tableCsv({ level, currency: current.profile.currency }, exported.batches)
      const lines = unlessStalled(table, () => {
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

/** Aborts when the client disconnects, and at the end. */
function goneOf(reply: FastifyReply): AbortController {
  const gone = new AbortController()
  // 'close' fires once: it may have passed during the session lookup.
  if (reply.raw.destroyed) gone.abort()
  else reply.raw.once('close', () => gone.abort())
  return gone
}

/** A client that reads nothing for this long is cut off: others wait for the database connection. */
const longestStall = seconds(30)

async function* unlessStalled(lines: AsyncIterable<string>, cutOff: () => void): AsyncGenerator<string> {
  for await (const line of lines) {
    const timer = setTimeout(cutOff, longestStall)
    try {
      yield line
    } finally {
      clearTimeout(timer)
    }
  }
}

const askerOf = ({ id, profile }: HeldConnection) => ({ connectionId: id, timezone: profile.timezone })

const askedIn = (query: TableQuery, level: Level) => ({
  level,
  sorting: sortingIn(query),
  filter: filterIn(query),
})
