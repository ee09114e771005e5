import type { Session as CookieSession } from '@fastify/secure-session'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Recognise } from '../../application/access/index.ts'
import type { SessionId } from '../../domain/identifiers.ts'
import { type Asking, isId, safePath } from './seller-session.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** Cookie of staff sessions, also before the second factor. */
    staffSession: CookieSession<{ id: string }>
    /** Null outside the console. */
    staff: Asking | null
  }

  interface FastifyContextConfig {
    /** Its script sends `x-refresh`. */
    refreshesItself?: boolean
  }
}

/** The console knows only staff sessions, other pages only seller sessions (S-01). */
export const isConsole = (request: FastifyRequest): boolean =>
  /^\/admin(\/|$)/.test(request.routeOptions.url ?? request.url)

export function whichStaff({ recognise }: { recognise: Recognise }) {
  return async (request: FastifyRequest): Promise<void> => {
    if (!isConsole(request)) return
    const way = isRefresh(request) ? 'glance' : 'run'
    request.staff = await staffSessionOf(request, recognise, 'staff', way)
  }
}

/** Refreshing keeps no one signed in (S-01, S-46). */
const isRefresh = ({ method, headers, routeOptions }: FastifyRequest): boolean =>
  method === 'GET' && routeOptions.config.refreshesItself === true && headers['x-refresh'] === 'script'

/** @param way `peek` doesn't count as activity. */
export async function staffSessionOf(
  request: FastifyRequest,
  recognise: Recognise,
  kind: 'staff' | 'half_staff',
  way: 'run' | 'glance' = 'run',
): Promise<Asking | null> {
  const id = request.staffSession.get('id')
  return id && isId(id) ? recognise[way](id as SessionId, kind) : null
}

/** Redirects to the staff sign-in, and back (S-01). */
export async function demandStaff(request: FastifyRequest, reply: FastifyReply): Promise<unknown> {
  if (request.staff) return
  const page = request.method === 'GET' ? request.url : '/admin/'
  return reply.redirect(`/admin/login?next=${encodeURIComponent(page)}`, 303)
}

/** @throws {Error} on an unguarded route. */
export function staffOf(request: FastifyRequest): Asking {
  if (!request.staff) throw new Error('the route is not guarded')
  return request.staff
}

export function safeConsolePath(next: string | undefined): string {
  const path = safePath(next)
  return path.startsWith('/admin/') ? path : '/admin/'
}
