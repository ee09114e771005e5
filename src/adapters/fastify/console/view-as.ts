import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { AuthenticateViewAs } from '../../../admin/view-as/authenticate-view-as.ts'
import type { ViewAsContext } from '../../../application/access/ports.ts'
import { ReadOnlyTransaction } from '../../../application/ports.ts'
import type { Session } from '../../../domain/access/session.ts'
import {
  ViewAsEnded,
  ViewAsExportsNothing,
  ViewAsIsReadOnly,
} from '../../../domain/access/view-as-session.ts'
import type { SessionId, ViewAsSessionId } from '../../../domain/identifiers.ts'
import { isId, sessionIdIn } from '../kit/sessions.ts'
import type { RouteOptions } from '../kit/web-app.ts'

/**
 * During a view-as session the agent gets the seller's pages, in a read-only transaction, even if a seller is signed in
 * in the same browser (S-44). Add it before the seller's own authentication.
 */
export function serveViewAs(app: FastifyInstance, { get }: Pick<RouteOptions, 'get'>) {
  const authenticateViewAs = get(AuthenticateViewAs)
  const readOnlyTransaction = get(ReadOnlyTransaction)
  app.addHook('onRequest', async (request, reply) => {
    const id = request.viewAsSession.get('id')
    if (!id || !isSellersPage(request)) return
    request.viewAs = await authenticate(request, reply, id)
    request.signedIn = { user: request.viewAs.user, session: sessionOf(request.viewAs) }
    rejectWrites(request)
  })
  app.addHook('onRequest', (request, reply, done) => {
    if (!request.viewAs) return done()
    let isOpen = false
    const untilAnswered = () =>
      new Promise<void>(resolve => {
        isOpen = true
        reply.raw.once('close', resolve)
        done()
      })
    readOnlyTransaction.run(untilAnswered).catch(error => {
      if (!isOpen) return done(error)
      request.log.warn({ err: error }, 'read-only transaction ended early')
    })
  })

  /** An ended session is reported once; typed input is discarded. */
  async function authenticate(
    request: FastifyRequest,
    _reply: FastifyReply,
    id: string,
  ): Promise<ViewAsContext> {
    const staffSessionId = sessionIdIn(request.staffSession)
    const context = isId(id) ? await authenticateViewAs.execute(id as ViewAsSessionId, staffSessionId) : null
    if (context) return context
    // Scripts keep the cookie, so that the page gets the error too.
    if (!request.routeOptions.config.isJsonRoute) request.viewAsSession.delete()
    throw new ViewAsEnded()
  }
}

const isSellersPage = ({ routeOptions, url }: FastifyRequest): boolean =>
  /^\/dashboard([/?]|$)/.test(routeOptions.url ?? url)

/**
 * Before the body is read, for unknown URLs too.
 * @throws {ViewAsIsReadOnly | ViewAsExportsNothing}
 */
function rejectWrites({ method, routeOptions }: FastifyRequest): void {
  const isRead = method === 'GET' || method === 'HEAD'
  if (!isRead || routeOptions.config.isOAuthCallback) throw new ViewAsIsReadOnly()
  if (routeOptions.url?.endsWith('.csv')) throw new ViewAsExportsNothing()
}

const sessionOf = ({ viewAs, currentConnectionId }: ViewAsContext): Session => ({
  id: viewAs.id as string as SessionId,
  userId: viewAs.userId,
  kind: 'seller',
  openedAt: viewAs.startedAt,
  lastSeenAt: viewAs.startedAt,
  expiresAt: viewAs.endsAt,
  verifiedAt: null,
  device: '',
  currentConnectionId: currentConnectionId,
})
