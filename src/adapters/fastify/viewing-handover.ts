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
    /** What the cookie of those who look as a seller names: a viewing. */
    viewingSession: CookieSession<{ id: string }>
    /** As whom a member of the staff is looking; null wherever people look for themselves. */
    viewing: KnownViewing | null
  }
}

export interface HandOverNeeds {
  readonly recogniseViewing: RecogniseViewing
  readonly viewingPages: Pick<ViewingPages, 'answer'>
}

/**
 * S-44: as long as somebody looks as a seller, the seller's pages are answered in that browser by those who cannot write,
 * whoever else is signed in there. A viewing that is over is told of once; what was typed into its pages goes nowhere.
 */
export function handOver({ recogniseViewing, viewingPages }: HandOverNeeds) {
  return async (request: FastifyRequest, reply: FastifyReply): Promise<void> => {
    const id = request.viewingSession.get('id')
    if (!id || !isSellersPage(request)) return
    const staffId = request.staffSession.get('id')
    const signIn = staffId && isId(staffId) ? (staffId as SessionId) : null
    const known = isId(id) ? await recogniseViewing.run(id as ViewingId, signIn) : null
    if (!known) {
      // A script is told as well, and its page after it.
      if (!request.routeOptions.config.answersJson) request.viewingSession.delete()
      throw new ViewingOver()
    }
    reply.hijack()
    viewingPages.answer(request.raw, reply.raw, { known, requestId: request.id })
  }
}

const isSellersPage = ({ routeOptions, url }: FastifyRequest): boolean =>
  /^\/dashboard([/?]|$)/.test(routeOptions.url ?? url)
