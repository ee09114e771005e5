import type {} from '@fastify/secure-session'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Recognise } from '../../application/access/index.ts'
import type { Session } from '../../application/access/ports.ts'
import type { Person } from '../../domain/access/person.ts'
import type { SessionId } from '../../domain/identifiers.ts'
import { adsPageWith } from './notices.ts'
import { isConsole } from './staff-session.ts'

declare module '@fastify/secure-session' {
  interface SessionData {
    /** The session's id and nothing else: what it means is looked up on our side, at each request. */
    id: string
  }
}

declare module 'fastify' {
  interface FastifyRequest {
    /** Who is asking; null for somebody who is not signed in. */
    asking: Asking | null
  }
}

export interface Asking {
  readonly person: Person
  readonly session: Session
}

/** Finds out who is asking, from the session that the cookie names. */
export function whoIsAsking({ recognise }: { recognise: Recognise }) {
  return async (request: FastifyRequest): Promise<void> => {
    // Styles, flags and the health addresses ask for nobody: they have to answer while the database does not.
    const { isPublic, recognisesItself } = request.routeOptions.config
    if (isPublic || recognisesItself || isConsole(request)) return
    const id = request.session.get('id')
    request.asking = id && isId(id) ? await recognise.run(id as SessionId, 'seller') : null
  }
}

export const isId = (text: string): boolean => /^[0-9a-f-]{36}$/.test(text)

/** S-01: whoever is not signed in goes to the sign-in and comes back. */
export async function demandSignIn(request: FastifyRequest, reply: FastifyReply): Promise<unknown> {
  if (request.asking) return
  // A form cannot be sent again after signing in: it leads to the page that it stood on.
  const page = request.method === 'GET' ? request.url : '/dashboard/ads/'
  const next = request.routeOptions.config.isWayBack ? adsPageWith('signed_out') : page
  return reply.redirect(`/login?next=${encodeURIComponent(next)}`, 303)
}

declare module 'fastify' {
  interface FastifyContextConfig {
    answersJson?: boolean
    /** It finds out who is asking together with what they ask for. */
    recognisesItself?: boolean
    /** Nobody has to be known to answer it. */
    isPublic?: boolean
    /** Amazon's redirect: its address carries a code that must not be kept in another address. */
    isWayBack?: boolean
    /** Its address lets whoever reads it choose a password, or leads on to Amazon whom it was sent to. */
    hasToken?: boolean
  }
}

/** The person behind a guarded route. */
export function askingOf(request: FastifyRequest): Asking {
  if (!request.asking) throw new Error('the route is not guarded')
  return request.asking
}

/** Only a path of this site: `//elsewhere` and `/\elsewhere` are other people's. */
export function safePath(next: string | undefined): string {
  return next && /^\/(?![/\\])[\x21-\x7e]*$/.test(next) && !next.includes('\\') ? next : '/dashboard/ads/'
}
