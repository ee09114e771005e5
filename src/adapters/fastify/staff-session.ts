import type { Session as CookieSession } from '@fastify/secure-session'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Recognise } from '../../application/access/index.ts'
import type { SessionId } from '../../domain/identifiers.ts'
import { type Asking, isId, safePath } from './seller-session.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** What the staff's own cookie names: a sign-in, or half of one. */
    staffSession: CookieSession<{ id: string }>
    /** The staff member who is asking, on pages of the console; null for anybody else. */
    staff: Asking | null
  }

  interface FastifyContextConfig {
    /** Its script fetches it again and again, and says so in a header. */
    refreshesItself?: boolean
  }
}

/** A page of the console knows the staff alone, every other page the sellers alone (S-01). */
export const isConsole = (request: FastifyRequest): boolean =>
  /^\/admin(\/|$)/.test(request.routeOptions.url ?? request.url)

/** Finds out which staff member is asking, from the session that the staff's cookie names. */
export function whichStaff({ recognise }: { recognise: Recognise }) {
  return async (request: FastifyRequest): Promise<void> => {
    if (!isConsole(request)) return
    const way = isRefresh(request) ? 'glance' : 'run'
    request.staff = await staffSessionOf(request, recognise, 'staff', way)
  }
}

/** A page that is left open asks for itself all day; that keeps nobody signed in (S-01, S-46). */
const isRefresh = ({ method, headers, routeOptions }: FastifyRequest): boolean =>
  method === 'GET' && routeOptions.config.refreshesItself === true && headers['x-refresh'] === 'script'

/** @param way `glance` where nobody was seen. */
export async function staffSessionOf(
  request: FastifyRequest,
  recognise: Recognise,
  kind: 'staff' | 'half_staff',
  way: 'run' | 'glance' = 'run',
): Promise<Asking | null> {
  const id = request.staffSession.get('id')
  return id && isId(id) ? recognise[way](id as SessionId, kind) : null
}

/** S-01: whoever has not signed in as staff goes to the staff's sign-in and comes back. */
export async function demandStaff(request: FastifyRequest, reply: FastifyReply): Promise<unknown> {
  if (request.staff) return
  const page = request.method === 'GET' ? request.url : '/admin/'
  return reply.redirect(`/admin/login?next=${encodeURIComponent(page)}`, 303)
}

/** The staff member behind a guarded route. */
export function staffOf(request: FastifyRequest): Asking {
  if (!request.staff) throw new Error('the route is not guarded')
  return request.staff
}

/** Only a path of the console. */
export function safeConsolePath(next: string | undefined): string {
  const path = safePath(next)
  return path.startsWith('/admin/') ? path : '/admin/'
}
