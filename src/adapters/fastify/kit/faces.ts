import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Face } from '../../../domain/access/session.ts'
import type { User } from '../../../domain/access/user.ts'
import {
  type SignedInUser,
  type SignInCookie,
  safeConsolePath,
  safePath,
  signedInStaff,
  signedInUser,
} from './sessions.ts'
import { shellOf } from './shell.ts'
import type { Notice, Shell } from './shell-model.ts'
import { staffShellOf } from './staff-shell.ts'

interface PageHead {
  readonly title: string
  readonly supportEmail: string
  /** Absent before the sign-in is complete. */
  readonly user?: User
  readonly notice?: Notice | null
}

/** What differs between the dashboard and the console in signing in and on the account page. */
export interface FacePages {
  readonly face: Face
  readonly signInPath: string
  readonly accountPath: string
  /** @throws {Error} on an unguarded route. */
  signedIn(request: FastifyRequest): SignedInUser
  cookieOf(request: FastifyRequest): SignInCookie
  safePath(next: string | undefined): string
  shellOf(reply: FastifyReply, head: PageHead): Shell
}

export const facePages: Readonly<Record<Face, FacePages>> = {
  seller: {
    face: 'seller',
    signInPath: '/login',
    accountPath: '/dashboard/settings',
    signedIn: signedInUser,
    cookieOf: request => request.session,
    safePath,
    shellOf,
  },
  staff: {
    face: 'staff',
    signInPath: '/admin/login',
    accountPath: '/admin/account',
    signedIn: signedInStaff,
    cookieOf: request => request.staffSession,
    safePath: safeConsolePath,
    shellOf: staffShellOf,
  },
}
