import type { Session as CookieSession } from '@fastify/secure-session'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { AuthenticateViewAs } from '../../../admin/view-as/authenticate-view-as.ts'
import type { ViewAsContext } from '../../../application/access/ports.ts'
import { ViewAsEnded } from '../../../domain/access/view-as-session.ts'
import type { SessionId, ViewAsSessionId } from '../../../domain/identifiers.ts'
import { isId } from '../kit/sessions.ts'
import type { ViewAsPages } from './view-as-server.ts'

declare module 'fastify' {
  interface FastifyRequest {
    viewAsSession: CookieSession<{ id: string }>
    /** Null on users' own pages. */
    viewAs: ViewAsContext | null
  }
}

export interface ViewAsRoutingDependencies {
  readonly authenticateViewAs: AuthenticateViewAs
  readonly viewAsPages: Pick<ViewAsPages, 'answer'>
}

/**
 * During a view-as session the read-only server answers, even if a seller is signed in in the same browser (S-44). An
 * ended session is reported once; typed input is discarded.
 */
export function routeToViewAs({ authenticateViewAs, viewAsPages }: ViewAsRoutingDependencies) {
  return async (request: FastifyRequest, reply: FastifyReply): Promise<void> => {
    const id = request.viewAsSession.get('id')
    if (!id || !isSellersPage(request)) return
    const sessionId = request.staffSession.get('id')
    const staffSessionId = sessionId && isId(sessionId) ? (sessionId as SessionId) : null
    const context = isId(id) ? await authenticateViewAs.execute(id as ViewAsSessionId, staffSessionId) : null
    if (!context) {
      // Scripts keep the cookie, so that the page gets the error too.
      if (!request.routeOptions.config.isJsonRoute) request.viewAsSession.delete()
      throw new ViewAsEnded()
    }
    reply.hijack()
    viewAsPages.answer(request.raw, reply.raw, { context, requestId: request.id })
  }
}

const isSellersPage = ({ routeOptions, url }: FastifyRequest): boolean =>
  /^\/dashboard([/?]|$)/.test(routeOptions.url ?? url)
