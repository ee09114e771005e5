import CsrfTokens from '@fastify/csrf'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { isConsole, type SignInCookie } from './sessions.ts'

type Face = 'seller' | 'staff'

declare module 'fastify' {
  interface FastifyInstance {
    /** @throws {InvalidCsrfToken} */
    csrfProtection(request: FastifyRequest, reply: FastifyReply, done: (error?: Error) => void): void
  }

  interface FastifyReply {
    /** Masked differently each time. By default for forms of the page’s own face. */
    generateCsrf(face?: Face): string
  }
}

export class InvalidCsrfToken extends Error {
  readonly statusCode = 403
  readonly code = 'invalid_csrf_token'
}

/** Each face has its own secret, in its own cookie: a page of one face can’t send a form of the other. */
export function protectForms(app: FastifyInstance): void {
  const tokens = CsrfTokens()
  const cookieOf = (request: FastifyRequest, face: Face): SignInCookie =>
    face === 'staff' ? request.staffSession : request.session
  const faceOf = (request: FastifyRequest): Face => (isConsole(request) ? 'staff' : 'seller')

  app.decorateReply('generateCsrf', function (this: FastifyReply, face = faceOf(this.request)) {
    const cookie = cookieOf(this.request, face)
    const known = cookie.get('csrfSecret')
    const secret = known ?? tokens.secretSync()
    if (!known) cookie.set('csrfSecret', secret)
    return tokens.create(secret)
  })
  app.decorate('csrfProtection', (request, _reply, done) => {
    const secret = cookieOf(request, faceOf(request)).get('csrfSecret')
    const { _csrf: token } = (request.body ?? {}) as { _csrf?: unknown }
    const isValid = secret !== undefined && typeof token === 'string' && tokens.verify(secret, token)
    done(isValid ? undefined : new InvalidCsrfToken())
  })
}
