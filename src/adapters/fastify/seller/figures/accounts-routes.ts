import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { GetAccountsSummary } from '../../../../application/performance/get-accounts-summary.ts'
import { requireSignIn } from '../../kit/sessions.ts'
import type { RouteOptions } from '../../kit/web-app.ts'
import { planRestrictionNotice } from '../ads-notices.ts'
import { adsPageContext, pageRenderer } from '../ads-page-context.ts'
import { accountsPage } from './accounts-page.ts'
import {
  parseCounting,
  parsePeriodChoice,
  periodControls,
  periodParameters,
  periodQuery,
} from './period-query.ts'

const { period, from, to, count } = periodQuery
const path = '/dashboard/ads/accounts'

/** S-28. */
export const accountsRoutes: FastifyPluginAsyncTypebox<RouteOptions> = async (app, options) => {
  const { get } = options
  const getAccountsSummary = get(GetAccountsSummary)
  app.addHook('preValidation', requireSignIn)

  app.get(
    '/accounts',
    { schema: { querystring: Type.Object({ period, from, to, count }) } },
    async (request, reply) => {
      const { query } = request
      const context = adsPageContext(request, options)
      const { live, current, planRestriction } = context
      if (live.length === 0) return reply.redirect('/dashboard/ads/', 303)
      const currencies = await getAccountsSummary.execute(
        live,
        parsePeriodChoice(query),
        parseCounting(query),
      )
      const ranges = currencies.flatMap(({ accounts }) => accounts.flatMap(({ days }) => days ?? []))
      const [first, last] = [
        ranges.map(range => range.from).sort()[0],
        ranges
          .map(range => range.to)
          .sort()
          .at(-1),
      ]
      const loaded = first && last ? { from: first, to: last } : null
      const controls = periodControls(query, { count: query.count }, { loaded, shown: loaded, path })

      const renderPage = pageRenderer(reply, options, context)
      const summary = { currencies, controls, period: periodParameters(query) }
      const notice = planRestriction && planRestrictionNotice(current, planRestriction, null)
      return renderPage('ads/accounts', shell => accountsPage(shell, summary), 'All accounts', notice)
    },
  )
}
