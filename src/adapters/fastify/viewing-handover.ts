import type { Session as CookieSession } from '@fastify/secure-session'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { RecogniseViewing } from '../../application/access/index.ts'
import type { KnownViewing } from '../../application/access/ports.ts'
import { ViewingOver } from '../../domain/access/viewing.ts'
import type { SessionId, ViewingId } from '../../domain/identifiers.ts'
import { isId } from './seller-session.ts'
import type { ViewingPages } from './viewing-server.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** Cookie of the view-as session. */
    viewingSession: CookieSession<{ id: string }>
    /** Null on users' own pages. */
    viewing: KnownViewing | null
  }
}

export interface HandOverNeeds {
  readonly recogniseViewing: RecogniseViewing
  readonly viewingPages: Pick<ViewingPages, 'answer'>
}

/**
 * During a view-as session the read-only server answers, even if a seller is signed in in the same browser (S-44). An
 * ended session is reported once; what was typed into its pages is discarded.
 */
export function handOver({ recogniseViewing, viewingPages }: HandOverNeeds) {
  return async (request: FastifyRequest, reply: FastifyReply): Promise<void> => {
    const id = request.viewingSession.get('id')
    if (!id || !isSellersPage(request)) return
    const staffId = request.staffSession.get('id')
    const signIn = staffId && isId(staffId) ? (staffId as SessionId) : null
    const known = isId(id) ? await recogniseViewing.run(id as ViewingId, signIn) : null
    if (!known) {
      // Keep the cookie after a script, so that its page gets the error too.
      if (!request.routeOptions.config.answersJson) request.viewingSession.delete()
      throw new ViewingOver()
    }
    reply.hijack()
    viewingPages.answer(request.raw, reply.raw, { known, requestId: request.id })
  }
}

const isSellersPage = ({ routeOptions, url }: FastifyRequest): boolean =>
  /^\/dashboard([/?]|$)/.test(routeOptions.url ?? url)
