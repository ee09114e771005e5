import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { requestIdOf, sendJson } from '../responses.ts'
import type { World } from '../world.ts'
import { checkClient, redeem, required, TokenError, type TokenFields } from './token-requests.ts'
import { accessSeconds, type Grant, issueToken, readRefreshToken } from './tokens.ts'

const contentType = 'application/json;charset=UTF-8'

/** Each region's accepts every code and token. */
export function tokenRoutes(app: FastifyInstance, world: World): void {
  app.post<{ Body: TokenFields | null }>(
    '/auth/o2/token',
    { config: { faultyCall: 'token' } },
    (request, reply) => {
      world.calls.count('token')
      reply.header('cache-control', 'no-cache, no-store, must-revalidate').header('pragma', 'no-cache')
      const fields = request.body ?? {}
      if (fields['grant_type'] === 'authorization_code') world.calls.count('code')
      if (fields['grant_type'] === 'refresh_token') world.calls.count('refresh')
      return fault(world, reply) ?? answer(world, request, reply, fields)
    },
  )
}

function fault(world: World, reply: FastifyReply): FastifyReply | undefined {
  switch (world.switchboard.current.tokenEndpoint) {
    case 'hang':
      reply.hijack()
      return reply
    case 'server_error':
      return reply
        .code(503)
        .header('content-type', 'text/html')
        .send('<html><body>Service Unavailable</body></html>')
    case 'invalid_client':
      return refuse(reply, new TokenError(401, 'invalid_client', 'Client authentication failed'))
    default:
      return undefined
  }
}

function answer(
  world: World,
  request: FastifyRequest,
  reply: FastifyReply,
  fields: TokenFields,
): FastifyReply {
  try {
    const grantType = required(fields, 'grant_type')
    checkClient(world, fields, request.headers.authorization)
    return sendJson(reply, 200, tokensFor(world, grantType, fields), contentType)
  } catch (error) {
    if (error instanceof TokenError) return refuse(reply, error)
    throw error
  }
}

/** A refresh returns the same refresh token (docs/product/amazon.md, "Login with Amazon: tokens"). */
function tokensFor(world: World, grantType: string, fields: TokenFields): unknown {
  if (grantType === 'authorization_code') {
    const code = redeem(world, fields)
    const grant = { ...code, grantEpoch: world.memory.grantEpoch(code.userId) }
    return tokens(world, grant, issueToken(world, 'refresh', grant))
  }
  if (grantType === 'refresh_token') {
    const refreshToken = required(fields, 'refresh_token')
    const grant = readRefreshToken(world, refreshToken)
    if (grant?.clientId === world.clientId) return tokens(world, grant, refreshToken)
    throw new TokenError(
      400,
      'invalid_grant',
      "The request has an invalid grant parameter : refresh_token. User may have revoked or didn't grant the permission.",
    )
  }
  throw new TokenError(
    400,
    'unsupported_grant_type',
    'The authorization grant type is not supported by the authorization server',
  )
}

export function tokens(world: World, grant: Grant, refreshToken: string) {
  return {
    access_token: issueToken(world, 'access', grant),
    refresh_token: refreshToken,
    token_type: 'bearer',
    expires_in: accessSeconds,
  }
}

function refuse(reply: FastifyReply, error: TokenError): FastifyReply {
  const body = { error_description: error.message, error: error.error, request_id: requestIdOf(reply) }
  return sendJson(reply, error.status, body, contentType)
}
