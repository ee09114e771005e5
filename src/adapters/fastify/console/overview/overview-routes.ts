import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { GetOverview } from '../../../../admin/overview/get-overview.ts'
import { requireStaff, signedInStaff } from '../../kit/sessions.ts'
import { staffShellOf } from '../../kit/staff-shell.ts'
import type { RouteOptions } from '../../kit/web-app.ts'
import { demoNotice } from '../demo-notice.ts'
import { overviewPage } from './overview-page.ts'

/** S-45. */
export const overviewRoutes: FastifyPluginAsyncTypebox<RouteOptions> = async (app, options) => {
  const { get, render, supportEmail, demoProgress } = options
  const getOverview = get(GetOverview)
  app.get(
    '/',
    { prefixTrailingSlash: 'slash', preValidation: requireStaff, config: { isSelfRefreshing: true } },
    async (request, reply) => {
      const { user } = signedInStaff(request)
      const overview = await getOverview.execute({ by: user.id })
      const notice = demoNotice(demoProgress)
      const shell = staffShellOf(reply, { title: 'Overview', supportEmail, user, notice })
      return reply
        .type('text/html; charset=utf-8')
        .send(render('staff/overview', overviewPage(shell, overview)))
    },
  )
}
