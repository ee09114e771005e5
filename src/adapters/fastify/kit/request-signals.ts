import { channel } from 'node:diagnostics_channel'
import type { FastifyBaseLogger, FastifyInstance, FastifyRequest } from 'fastify'
import type { IdentityAnswer } from '../../../application/access/second-factor/verify-identity.ts'
import {
  type RequestSignal,
  type SignInFailureSignal,
  signals,
  signInFailureCauses,
} from '../../../application/diagnostics-channels.ts'
import type { Session } from '../../../domain/access/session.ts'
import { DomainError } from '../../../domain/domain-error.ts'

declare module 'fastify' {
  interface FastifyRequest {
    signalOfRequest: RequestSignal | null
  }
}

const startChannel = channel(signals.requests)
const resumeChannel = channel(signals.requestResumed)
const endChannel = channel(signals.requestEnds)
const signInFailureChannel = channel(signals.signInFailures)

/** nginx's code for early disconnects. */
const clientClosedRequest = 499

export function publishRequests(app: FastifyInstance): void {
  app.decorateRequest('signalOfRequest', null)
  app.addHook('onRequest', (request, reply, done) => {
    const signal = signalOf(request)
    request.signalOfRequest = signal
    // Fastify skips `onResponse` after an early disconnect.
    reply.raw.once('close', () => {
      if (!endChannel.hasSubscribers) return
      signal.status = reply.raw.writableFinished ? reply.raw.statusCode : clientClosedRequest
      signal.seconds = reply.elapsedTime / 1000
      endChannel.publish(signal)
    })
    startChannel.runStores(signal, () => done())
  })
  // Socket events deliver the body outside the context.
  app.addHook('preValidation', (request, _reply, done) =>
    resumeChannel.runStores(request.signalOfRequest, () => done()),
  )
}

const signalOf = ({ id, method, routeOptions }: FastifyRequest): RequestSignal => ({
  id,
  method,
  route: routeOptions.url ?? null,
  status: 0,
  seconds: 0,
})

export const publishSignInFailure = (cause: SignInFailureSignal['cause']): void =>
  signInFailureChannel.publish({ cause } satisfies SignInFailureSignal)

/**
 * Logs each check of a password or second factor, and publishes its failure. Passes the result or the error on.
 * @param by null before the user is known.
 */
export async function recordedCheck<Result extends { readonly session: Session }>(
  { log }: FastifyRequest,
  checked: 'password' | 'second_factor' | 'current_password',
  check: Promise<Result>,
  by: Pick<Session, 'userId' | 'kind'> | null = null,
): Promise<Result> {
  try {
    const result = await check
    const { userId, kind } = result.session
    log.info({ checked, userId, kind }, 'sign-in check passed')
    return result
  } catch (error) {
    recordFailedCheck(log, error, { checked, ...(by && { userId: by.userId, kind: by.kind }) })
    throw error
  }
}

/** As {@link recordedCheck}, for an action that checks the answer, null when the user entered nothing. */
export async function recordedVerification<Result>(
  { log }: FastifyRequest,
  {
    session: { userId, kind },
    answer,
  }: { readonly session: Session; readonly answer: IdentityAnswer | null },
  action: Promise<Result>,
): Promise<Result> {
  const checked = 'verification'
  try {
    const result = await action
    if (answer) log.info({ checked, userId, kind }, 'sign-in check passed')
    return result
  } catch (error) {
    recordFailedCheck(log, error, { checked, userId, kind })
    throw error
  }
}

function recordFailedCheck(
  log: FastifyBaseLogger,
  error: unknown,
  { checked, ...by }: { readonly checked: string } & Partial<Pick<Session, 'userId' | 'kind'>>,
): void {
  const code = error instanceof DomainError ? error.code : null
  const cause = signInFailureCauses.find(each => each === code)
  if (!cause) return
  publishSignInFailure(cause)
  log.warn({ checked, cause, ...by }, 'sign-in check failed')
}
