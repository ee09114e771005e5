import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { People } from '../../application/access/ports.ts'
import type { Connections } from '../../application/connection/ports.ts'
import type { ShowTable } from '../../application/performance/index.ts'
import type { Clock } from '../../application/ports.ts'
import { lackOf } from '../../domain/access/subscription.ts'
import { levels } from '../../domain/performance/level.ts'
import { currentOf, pageDrawer } from './ads-frame.ts'
import { lackNotice } from './ads-notices.ts'
import { choiceIn } from './period-query.ts'
import { askingOf, demandSignIn } from './seller-session.ts'
import { tablePage } from './table-page.ts'
import { filterIn, readBookmark, sortingIn, TableQuery } from './table-query.ts'
import type { Render } from './templates.ts'

export interface TableNeeds {
  readonly people: Pick<People, 'subscriptionOf'>
  readonly connections: Pick<Connections, 'heldBy'>
  readonly showTable: ShowTable
  readonly clock: Clock
  readonly render: Render
  readonly supportEmail: string
}

const rowsOnAPage = 50

/** What was loaded, level by level (S-28). */
export const tableRoutes: FastifyPluginAsyncTypebox<TableNeeds> = async (app, needs) => {
  const { people, connections, showTable, clock } = needs
  app.addHook('preValidation', demandSignIn)

  for (const level of levels) {
    app.get(`/${level}`, { schema: { querystring: TableQuery } }, async (request, reply) => {
      const { query } = request
      const asking = askingOf(request)
      const { id: personId } = asking.person
      const [subscription, held] = await Promise.all([
        people.subscriptionOf(personId),
        connections.heldBy(personId),
      ])
      const current = currentOf(held, query.account, asking)
      // The page of the account says what there is to do first.
      if (!current) return reply.redirect('/dashboard/ads/', 303)
      const shown = await showTable.run(
        { connectionId: current.id, timezone: current.profile.timezone },
        choiceIn(query),
        {
          level,
          sorting: sortingIn(query),
          filter: filterIn(query),
          after: readBookmark(query.after, level),
          limit: rowsOnAPage,
        },
      )
      if (shown.shows === 'nothing_loaded')
        return reply.redirect(`/dashboard/ads/?account=${current.id}`, 303)

      const lack = lackOf(subscription, clock.now())
      const draw = pageDrawer(reply, needs, { asking, held, current, lack })
      const its = { connection: current, level, query, shown }
      return draw('ads/table', shell => tablePage(shell, its), 'Ads', lack && lackNotice(current, lack, null))
    })
  }
}
