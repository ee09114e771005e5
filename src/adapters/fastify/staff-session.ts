import type { Session as CookieSession } from '@fastify/secure-session'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { AuthenticateSession } from '../../application/access/index.ts'
import type { SessionId } from '../../domain/identifiers.ts'
import { isId, type SignedInUser, safePath } from './seller-session.ts'

declare module 'fastify' {
  interface FastifyRequest {
    staffSession: CookieSession<{ id: string }>
    /** Null outside the console. */
    staff: SignedInUser | null
  }

  interface FastifyContextConfig {
    /** Its script sends `x-refresh`. */
    isSelfRefreshing?: boolean
  }
}

/** Console pages use staff sessions only, other pages seller sessions only (S-01). */
export const isConsole = (request: FastifyRequest): boolean =>
  /^\/admin(\/|$)/.test(request.routeOptions.url ?? request.url)

export function authenticateStaff({ authenticateSession }: { authenticateSession: AuthenticateSession }) {
  return async (request: FastifyRequest): Promise<void> => {
    if (!isConsole(request)) return
    const method = isRefresh(request) ? 'peek' : 'execute'
    request.staff = await staffSessionOf(request, authenticateSession, 'staff', method)
  }
}

/** A refresh doesn't count as activity (S-01, S-46). */
const isRefresh = ({ method, headers, routeOptions }: FastifyRequest): boolean =>
  method === 'GET' && routeOptions.config.isSelfRefreshing === true && headers['x-refresh'] === 'script'

/** @param method `peek` doesn't count as activity. */
export async function staffSessionOf(
  request: FastifyRequest,
  authenticateSession: AuthenticateSession,
  kind: 'staff' | 'staff_pending_second_factor',
  method: 'execute' | 'peek' = 'execute',
): Promise<SignedInUser | null> {
  const id = request.staffSession.get('id')
  return id && isId(id) ? authenticateSession[method](id as SessionId, kind) : null
}

/** S-01. */
export async function requireStaff(request: FastifyRequest, reply: FastifyReply): Promise<unknown> {
  if (request.staff) return
  const page = request.method === 'GET' ? request.url : '/admin/'
  return reply.redirect(`/admin/login?next=${encodeURIComponent(page)}`, 303)
}

/** @throws {Error} on an unguarded route. */
export function signedInStaff(request: FastifyRequest): SignedInUser {
  if (!request.staff) throw new Error('the route does not require a sign-in')
  return request.staff
}

export function safeConsolePath(next: string | undefined): string {
  const path = safePath(next)
  return path.startsWith('/admin/') ? path : '/admin/'
}
