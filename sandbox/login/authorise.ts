import type { FastifyInstance, FastifyReply } from 'fastify'
import { sendHtml } from '../answers.ts'
import { personNamed } from '../people/cast.ts'
import { randomLetters } from '../sealer.ts'
import type { World } from '../world.ts'
import type { OauthParameters } from './authorisation-request.ts'
import { pageErrorOf, redirectErrorOf, returnTo } from './authorisation-request.ts'
import { consentPage, errorPage } from './consent-page.ts'

interface Decision extends OauthParameters {
  readonly user?: string
  readonly decision?: string
}

/** The authorise address of a region: a consent given there serves every region (facts §1.1). */
export function authoriseRoutes(app: FastifyInstance, world: World): void {
  app.get<{ Querystring: OauthParameters }>('/ap/oa', (request, reply) => {
    world.calls.count('authorise')
    return refusal(world, reply, request.query) ?? sendHtml(reply, 200, consentPage(request.query))
  })

  app.post<{ Querystring: OauthParameters; Body: Decision | null }>('/ap/oa', (request, reply) => {
    world.calls.count('consent')
    const decision = { ...request.query, ...request.body }
    return refusal(world, reply, decision) ?? reply.redirect(answerTo(world, decision), 302)
  })
}

function refusal(world: World, reply: FastifyReply, parameters: OauthParameters): FastifyReply | undefined {
  const pageError = pageErrorOf(parameters, world.clientId)
  if (pageError) return sendHtml(reply, 400, errorPage(pageError))
  const error = redirectErrorOf(parameters)
  return error ? reply.redirect(returnTo(parameters, error), 302) : undefined
}

function answerTo(world: World, decision: Decision): string {
  const { consentError } = world.switchboard.on
  if (consentError !== null) {
    return returnTo(decision, {
      error: consentError,
      error_description: 'The service is unable to process your request.',
    })
  }
  const person = personNamed(decision.user ?? '')
  if (decision.decision !== 'allow' || !person) {
    return returnTo(decision, { error_description: 'Access not permitted.', error: 'access_denied' })
  }
  const code = `AN${randomLetters(18)}`
  const scope = decision.scope ?? ''
  world.memory.record({
    event: 'code',
    code: {
      code,
      personId: person.id,
      clientId: world.clientId,
      redirectUri: decision.redirect_uri ?? '',
      scope,
      challenge: decision.code_challenge ?? null,
      challengeMethod: decision.code_challenge_method ?? 'plain',
      issuedAt: world.now(),
    },
  })
  return returnTo(decision, { code, scope })
}
