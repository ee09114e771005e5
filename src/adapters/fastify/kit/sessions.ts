import type { Session as CookieSession } from '@fastify/secure-session'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { AuthenticateSession } from '../../../application/access/authenticate-session.ts'
import type { Session, ViewAsContext } from '../../../application/access/ports.ts'
import { sessionIdOf } from '../../../application/access/session-token.ts'
import type { Get } from '../../../application/ports.ts'
import type { User } from '../../../domain/access/user.ts'
import type { SessionId } from '../../../domain/identifiers.ts'
import { adsPageUrl } from './notices/notices.ts'

interface SignInCookieFields {
  /** The session's id is its hash. */
  token: string
  csrfSecret: string
}

export type SignInCookie = Pick<CookieSession<SignInCookieFields>, 'get' | 'set' | 'delete' | 'regenerate'>

declare module '@fastify/secure-session' {
  interface SessionData extends SignInCookieFields {
    /** Name and email of the Amazon user whose authorisation was just rejected (S-26). */
    rejectedAmazonUser?: string
  }
}

declare module 'fastify' {
  interface FastifyRequest {
    /** Null when signed out. */
    signedIn: SignedInUser | null
    staffSession: CookieSession<SignInCookieFields>
    viewAsSession: CookieSession<{ id: string }>
    /** Null on users' own pages (S-44). */
    viewAs: ViewAsContext | null
    /** Null outside the console. */
    staff: SignedInUser | null
  }

  interface FastifyContextConfig {
    isJsonRoute?: boolean
    /** Authenticates in its own query. */
    isSelfAuthenticating?: boolean
    /** Works without a user. */
    isPublic?: boolean
    /** Its URL carries a code that must not get into another URL. */
    isOAuthCallback?: boolean
    /** Its URL carries an access link's token. */
    hasToken?: boolean
    /** Its script sends `x-refresh`. */
    isSelfRefreshing?: boolean
  }
}

export interface SignedInUser {
  readonly user: User
  readonly session: Session
}

export function authenticateSeller(get: Get) {
  const authenticateSession = get(AuthenticateSession)
  return async (request: FastifyRequest): Promise<void> => {
    // Assets and health checks must work while the database is down.
    const { isPublic, isSelfAuthenticating } = request.routeOptions.config
    if (isPublic || isSelfAuthenticating || isConsole(request) || request.viewAs) return
    const id = sessionIdIn(request.session)
    request.signedIn = id && (await authenticateSession.execute(id, 'seller'))
  }
}

/** Null without a token. */
export function sessionIdIn(cookie: SignInCookie): SessionId | null {
  const token = cookie.get('token')
  return token ? sessionIdOf(token) : null
}

export const isId = (text: string): boolean => /^[0-9a-f-]{36}$/.test(text)

/** S-01. */
export async function requireSignIn(request: FastifyRequest, reply: FastifyReply): Promise<unknown> {
  if (request.signedIn) return
  // A form can't be sent again.
  const page = request.method === 'GET' ? request.url : '/dashboard/ads/'
  const next = request.routeOptions.config.isOAuthCallback ? adsPageUrl('signed_out') : page
  return reply.redirect(`/login?next=${encodeURIComponent(next)}`, 303)
}

/** @throws {Error} on an unguarded route. */
export function signedInUser(request: FastifyRequest): SignedInUser {
  if (!request.signedIn) throw new Error('the route does not require a sign-in')
  return request.signedIn
}

/** Only paths of this site: `//elsewhere` and `/\elsewhere` lead to others. */
export function safePath(next: string | undefined): string {
  return next && /^\/(?![/\\])[\x21-\x7e]*$/.test(next) && !next.includes('\\') ? next : '/dashboard/ads/'
}

/** Console pages use staff sessions only, other pages seller sessions only (S-01). */
export const isConsole = (request: FastifyRequest): boolean =>
  /^\/admin(\/|$)/.test(request.routeOptions.url ?? request.url)

export function authenticateStaff(get: Get) {
  const authenticateSession = get(AuthenticateSession)
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
  const id = sessionIdIn(request.staffSession)
  return id && authenticateSession[method](id, kind)
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
