import type { FastifyInstance, FastifyReply } from 'fastify'
import { type Fault, ownFaults } from '../faults/names.ts'
import { sendHtml } from '../responses.ts'
import { randomLetters } from '../signer.ts'
import { userNamed } from '../users/test-users.ts'
import type { World } from '../world.ts'
import { type OauthParameters, pageErrorOf, redirectErrorOf, returnTo } from './authorisation-request.ts'
import { consentPage, errorPage } from './consent-page.ts'
import { isConsentInForce } from './tokens.ts'

interface Decision extends OauthParameters {
  readonly user?: string
  readonly decision?: string
}

/** A consent is valid in every region (docs/product/amazon.md, "Login with Amazon: hosts and scopes"). */
export function authoriseRoutes(app: FastifyInstance, world: World): void {
  app.get<{ Querystring: OauthParameters }>(
    '/ap/oa',
    { config: { faultyCall: 'authorise' } },
    (request, reply) => {
      world.calls.count('authorise')
      return (
        rejectInvalidRequest(world, reply, request.query) ??
        skipPage(world, reply, request.query) ??
        sendHtml(reply, 200, consentPage(request.query))
      )
    },
  )

  app.post<{ Querystring: OauthParameters; Body: Decision | null }>(
    '/ap/oa',
    { config: { faultyCall: 'consent' } },
    (request, reply) => {
      world.calls.count('consent')
      const decision = { ...request.query, ...request.body }
      return (
        rejectInvalidRequest(world, reply, decision) ??
        reply.redirect(answerTo(world, decision, request.fault), 302)
      )
    },
  )
}

const unableToProcess = 'The service is unable to process your request.'

/** Amazon's own texts; those of other errors are made up. */
const errorTexts: Readonly<Record<string, string>> = {
  access_denied: 'Access not permitted.',
  invalid_scope: 'An unknown scope was requested',
}

function rejectInvalidRequest(
  world: World,
  reply: FastifyReply,
  parameters: OauthParameters,
): FastifyReply | undefined {
  const pageError = pageErrorOf(parameters, world.clientId)
  if (pageError) return sendHtml(reply, 400, errorPage(pageError))
  const error = redirectErrorOf(parameters)
  return error ? reply.redirect(returnTo(parameters, error), 302) : undefined
}

function answerTo(world: World, decision: Decision, fault: Fault | null): string {
  if (fault?.fault === 'no_code') return returnTo(decision, {})
  const named = ownFaults.consent.find(name => name === fault?.fault)
  const error = named ?? world.switchboard.current.consentError
  if (error !== null) {
    return returnTo(decision, { error, error_description: errorTexts[error] ?? unableToProcess })
  }
  const user = userNamed(decision.user ?? '')
  if (decision.decision !== 'allow' || !user) {
    return returnTo(decision, { error_description: 'Access not permitted.', error: 'access_denied' })
  }
  return returnWithCode(world, decision, user.id, world.now())
}

/** Undefined when Amazon shows its page (docs/product/amazon.md, "Login with Amazon: lifetimes"). */
function skipPage(world: World, reply: FastifyReply, parameters: OauthParameters): FastifyReply | undefined {
  const user = userNamed(world.switchboard.current.silentConsent ?? '')
  const consentedAt = user && world.memory.consentedAt(user.id)
  if (!consentedAt || !isConsentInForce(world, consentedAt)) return undefined
  return reply.redirect(returnWithCode(world, parameters, user.id, consentedAt), 302)
}

function returnWithCode(
  world: World,
  parameters: OauthParameters,
  userId: string,
  consentedAt: number,
): string {
  const code = `AN${randomLetters(18)}`
  const scope = parameters.scope ?? ''
  world.memory.record({
    event: 'code',
    code: {
      code,
      userId,
      clientId: world.clientId,
      redirectUri: parameters.redirect_uri ?? '',
      scope,
      challenge: parameters.code_challenge ?? null,
      challengeMethod: parameters.code_challenge_method ?? 'plain',
      issuedAt: world.clock(),
      consentedAt,
    },
  })
  return returnTo(parameters, { code, scope })
}
