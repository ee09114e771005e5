import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { requestIdOf, sendJson } from '../responses.ts'
import { userNamed } from '../users/test-users.ts'
import type { World } from '../world.ts'
import { readAccessToken } from './tokens.ts'

export function userProfileRoutes(app: FastifyInstance, world: World): void {
  app.get<{ Querystring: { access_token?: string } }>(
    '/user/profile',
    { config: { faultyCall: 'userProfile' } },
    (request, reply) => {
      world.calls.count('userProfile')
      if (world.switchboard.current.userProfileDown) {
        return refuse(reply, 503, 'server_error', 'The service is unable to process your request.')
      }
      const token = readAccessToken(world, tokenIn(request) ?? request.query.access_token ?? '')
      const user = userNamed(token?.userId ?? '')
      if (!token || !user) {
        return refuse(reply, 400, 'invalid_token', 'The request has an invalid parameter : access_token')
      }
      const scopes = token.scope.split(' ')
      const whole = scopes.includes('profile')
      const profile = {
        ...(whole || scopes.includes('profile:user_id') ? { user_id: user.userId } : {}),
        ...(whole ? { name: user.name, email: user.email } : {}),
        ...(scopes.includes('postal_code') ? { postal_code: '98109' } : {}),
      }
      if (Object.keys(profile).length > 0) return sendJson(reply, 200, profile)
      return refuse(
        reply,
        403,
        'insufficient_scope',
        'The request requires higher privileges than the token provides',
      )
    },
  )
}

function tokenIn(request: FastifyRequest): string | undefined {
  const header = request.headers['x-amz-access-token']
  return bearerOf(request) ?? (typeof header === 'string' ? header : undefined)
}

export function bearerOf(request: FastifyRequest): string | undefined {
  return /^Bearer (.+)$/i.exec(request.headers.authorization ?? '')?.[1]
}

function refuse(reply: FastifyReply, status: number, error: string, description: string): FastifyReply {
  const body = { error, error_description: description, request_id: requestIdOf(reply) }
  return sendJson(reply, status, body)
}
