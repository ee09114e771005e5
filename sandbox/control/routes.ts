import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { TruthQuery } from '../figures/truth.ts'
import type { Event } from '../memory.ts'
import { sendHtml, sendJson } from '../responses.ts'
import type { Controls } from './controls.ts'
import { switchPage } from './page.ts'
import { WrongSwitch } from './switchboard.ts'
import type { Switches } from './switches.ts'

/** Bytes; enough for tens of thousands of reports. */
const eventsLimit = 64 * 2 ** 20

type Fields = Readonly<Record<string, unknown>>

/** Amazon has none of these. */
export function controlRoutes(app: FastifyInstance, controls: Controls): void {
  app.get('/sandbox', (_, reply) => reply.redirect('/sandbox/'))
  app.get('/sandbox/', (_, reply) => sendHtml(reply, 200, switchPage(controls.switches(), controls.calls())))
  app.get('/sandbox/switches', (_, reply) => sendJson(reply, 200, controls.switches()))
  app.get('/sandbox/calls', (_, reply) => sendJson(reply, 200, controls.calls()))

  app.delete('/sandbox/calls', (_, reply) => {
    controls.resetCalls()
    return sendJson(reply, 200, controls.calls())
  })

  app.post('/sandbox/reset', async (request, reply) => {
    await controls.reset()
    return done(request, reply, controls)
  })

  app.post<{ Body: Fields | null }>('/sandbox/switches', (request, reply) => {
    try {
      apply(controls, isForm(request) ? parsed(request.body) : (request.body ?? {}))
      return done(request, reply, controls)
    } catch (error) {
      if (error instanceof WrongSwitch) return sendJson(reply, 400, { error: error.message })
      throw error
    }
  })

  app.post<{ Body: readonly Event[] }>(
    '/sandbox/events',
    { bodyLimit: eventsLimit },
    async (request, reply) => {
      controls.importEvents(request.body)
      return sendJson(reply, 200, { taken: request.body.length })
    },
  )

  app.get<{ Querystring: Partial<TruthQuery> }>('/sandbox/truth', (request, reply) => {
    const { profileId = '', reportType = '', from = '', to = '' } = request.query
    const truth = controls.truth({ profileId, reportType, from, to })
    if (truth) return sendJson(reply, 200, truth)
    return sendJson(reply, 404, { error: 'needs profileId, reportType, from and to (YYYY-MM-DD)' })
  })
}

/** Handles three one-time actions as well: `revokeUser`, `expireAccessTokens` and `changeClientSecret`. */
function apply(controls: Controls, fields: Fields): void {
  const { revokeUser, accessTokensToo, expireAccessTokens, changeClientSecret, ...switches } = fields
  if (typeof revokeUser === 'string')
    controls.revoke(revokeUser, { accessTokensToo: accessTokensToo === true })
  if (expireAccessTokens === true) controls.expireAccessTokens()
  if (typeof changeClientSecret === 'string') controls.changeClientSecret(changeClientSecret)
  controls.set(switches as Partial<Switches>)
}

function parsed(fields: Fields | null): Fields {
  return Object.fromEntries(
    Object.entries(fields ?? {}).map(([name, value]) => [name, jsonOr(String(value))]),
  )
}

function jsonOr(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

function done(request: FastifyRequest, reply: FastifyReply, controls: Controls): FastifyReply {
  return isForm(request) ? reply.redirect('/sandbox/', 303) : sendJson(reply, 200, controls.switches())
}

function isForm(request: FastifyRequest): boolean {
  return request.headers['content-type']?.startsWith('application/x-www-form-urlencoded') ?? false
}
