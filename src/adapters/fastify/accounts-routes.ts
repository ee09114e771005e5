import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import type { People } from '../../application/access/ports.ts'
import type { Connections } from '../../application/connection/ports.ts'
import type { ShowAccounts } from '../../application/performance/index.ts'
import type { Clock } from '../../application/ports.ts'
import { lackOf } from '../../domain/access/subscription.ts'
import { accountsPage } from './accounts-page.ts'
import { currentOf, pageDrawer } from './ads-frame.ts'
import { lackNotice } from './ads-notices.ts'
import { choiceIn, periodControls, periodIn, periodQuery } from './period-query.ts'
import { askingOf, demandSignIn } from './seller-session.ts'
import type { Render } from './templates.ts'

export interface AccountsNeeds {
  readonly people: Pick<People, 'subscriptionOf'>
  readonly connections: Pick<Connections, 'heldBy'>
  readonly showAccounts: ShowAccounts
  readonly clock: Clock
  readonly render: Render
  readonly supportEmail: string
}

const { period, from, to } = periodQuery
const path = '/dashboard/ads/accounts'

/** All accounts side by side, for whoever holds several (S-28). */
export const accountsRoutes: FastifyPluginAsyncTypebox<AccountsNeeds> = async (app, needs) => {
  const { people, connections, showAccounts, clock } = needs
  app.addHook('preValidation', demandSignIn)

  app.get(
    '/accounts',
    { schema: { querystring: Type.Object({ period, from, to }) } },
    async (request, reply) => {
      const { query } = request
      const asking = askingOf(request)
      const [subscription, held] = await Promise.all([
        people.subscriptionOf(asking.person.id),
        connections.heldBy(asking.person.id),
      ])
      if (held.length === 0) return reply.redirect('/dashboard/ads/', 303)
      const currencies = await showAccounts.run(held, choiceIn(query))
      const known = currencies.flatMap(({ accounts }) => accounts.flatMap(({ days }) => days ?? []))
      const [first, last] = [
        known.map(each => each.from).sort()[0],
        known
          .map(each => each.to)
          .sort()
          .at(-1),
      ]
      const loaded = first && last ? { from: first, to: last } : null
      const controls = periodControls(query, {}, { loaded, shown: loaded, path })

      const current = currentOf(held, undefined, asking)
      const lack = lackOf(subscription, clock.now())
      const draw = pageDrawer(reply, needs, { asking, held, current, lack })
      const its = { currencies, controls, period: periodIn(query) }
      const notice = lack && lackNotice(current, lack, null)
      return draw('ads/accounts', shell => accountsPage(shell, its), 'All accounts', notice)
    },
  )
}
