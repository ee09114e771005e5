import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { GetOverview } from '../../../../admin/overview/get-overview.ts'
import { requireStaff, signedInStaff } from '../../kit/sessions.ts'
import { staffShellOf } from '../../kit/staff-shell.ts'
import type { Render } from '../../kit/templates.ts'
import { type DemoProgress, demoNotice } from '../demo-notice.ts'
import { overviewPage } from './overview-page.ts'

export interface OverviewDependencies {
  readonly getOverview: GetOverview
  readonly render: Render
  readonly supportEmail: string
  readonly demoProgress: DemoProgress
}

/** S-45. */
export const overviewRoutes: FastifyPluginAsyncTypebox<OverviewDependencies> = async (app, deps) => {
  const { getOverview, render, supportEmail, demoProgress } = deps
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
