import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { ShowOverview } from '../../../admin/index.ts'
import { demandStaff, staffOf } from '../staff-session.ts'
import { staffShellOf } from '../staff-shell.ts'
import type { Render } from '../templates.ts'
import { type DemoProgress, demoNotice } from './demo-notice.ts'
import { overviewPage } from './overview-page.ts'

export interface OverviewNeeds {
  readonly showOverview: ShowOverview
  readonly render: Render
  readonly supportEmail: string
  readonly demoProgress: DemoProgress
}

/** S-45. */
export const overviewRoutes: FastifyPluginAsyncTypebox<OverviewNeeds> = async (app, needs) => {
  const { showOverview, render, supportEmail, demoProgress } = needs
  app.get(
    '/',
    { prefixTrailingSlash: 'slash', preValidation: demandStaff, config: { refreshesItself: true } },
    async (request, reply) => {
      const { person } = staffOf(request)
      const overview = await showOverview.run({ by: person.id })
      const notice = demoNotice(demoProgress)
      const shell = staffShellOf(reply, { title: 'Overview', supportEmail, person, notice })
      return reply
        .type('text/html; charset=utf-8')
        .send(render('staff/overview', overviewPage(shell, overview)))
    },
  )
}
