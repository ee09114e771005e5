import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import type { ShowAccounts } from '../../application/performance/index.ts'
import type { Clock } from '../../application/ports.ts'
import { accountsPage } from './accounts-page.ts'
import { frameOf, pageDrawer } from './ads-frame.ts'
import { lackNotice } from './ads-notices.ts'
import { choiceIn, periodControls, periodIn, periodQuery } from './period-query.ts'
import { demandSignIn } from './seller-session.ts'
import type { Render } from './templates.ts'

export interface AccountsNeeds {
  readonly showAccounts: ShowAccounts
  readonly clock: Clock
  readonly render: Render
  readonly supportEmail: string
}

const { period, from, to } = periodQuery
const path = '/dashboard/ads/accounts'

/** S-28. */
export const accountsRoutes: FastifyPluginAsyncTypebox<AccountsNeeds> = async (app, needs) => {
  const { showAccounts } = needs
  app.addHook('preValidation', demandSignIn)

  app.get(
    '/accounts',
    { schema: { querystring: Type.Object({ period, from, to }) } },
    async (request, reply) => {
      const { query } = request
      const frame = frameOf(request, needs)
      const { held, current, lack } = frame
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

      const draw = pageDrawer(reply, needs, frame)
      const its = { currencies, controls, period: periodIn(query) }
      const notice = lack && lackNotice(current, lack, null)
      return draw('ads/accounts', shell => accountsPage(shell, its), 'All accounts', notice)
    },
  )
}
