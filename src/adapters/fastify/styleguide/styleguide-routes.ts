import type { FastifyPluginAsync } from 'fastify'
import { shellOf } from '../shell.ts'
import type { Render } from '../templates.ts'
import { styleguideSheet } from './sheet.ts'
import { styleguidePage } from './styleguide-page.ts'
import { readTokens } from './tokens.ts'

export interface StyleguideDependencies {
  readonly supportEmail: string
  readonly render: Render
}

/** Development only. */
export const styleguideRoutes: FastifyPluginAsync<StyleguideDependencies> = async (
  app,
  { supportEmail, render },
) => {
  app.get('/styleguide', async (_request, reply) => {
    const shell = shellOf(reply, { title: 'Style guide', supportEmail })
    return reply
      .type('text/html; charset=utf-8')
      .send(render('styleguide', styleguidePage(shell, readTokens())))
  })

  app.get('/styleguide/sheet.css', async (_request, reply) =>
    reply.type('text/css; charset=utf-8').send(styleguideSheet(readTokens())),
  )
}
