import { channel } from 'node:diagnostics_channel'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { type RequestSignal, signals } from '../../../application/diagnostics-channels.ts'

declare module 'fastify' {
  interface FastifyRequest {
    signalOfRequest: RequestSignal | null
  }
}

const startChannel = channel(signals.requests)
const resumeChannel = channel(signals.requestResumed)
const endChannel = channel(signals.requestEnds)

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
