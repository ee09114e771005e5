import { channel } from 'node:diagnostics_channel'
import type { FastifyInstance, FastifyRequest } from 'fastify'
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

/** Logs each check of a password or second factor, and publishes its failure. Passes the result or the error on. */
export async function recordedCheck<Result extends { readonly session: Session }>(
  { log }: FastifyRequest,
  checked: 'password' | 'second_factor' | 'current_password',
  check: Promise<Result>,
): Promise<Result> {
  try {
    const result = await check
    const { userId, kind } = result.session
    log.info({ checked, userId, kind }, 'sign-in check passed')
    return result
  } catch (error) {
    const code = error instanceof DomainError ? error.code : null
    const cause = signInFailureCauses.find(each => each === code)
    if (cause) {
      publishSignInFailure(cause)
      log.warn({ checked, cause }, 'sign-in check failed')
    }
    throw error
  }
}
