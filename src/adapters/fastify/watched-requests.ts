import { channel } from 'node:diagnostics_channel'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { type RequestSignal, signals } from '../../application/signals.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** What is told of it. */
    told: RequestSignal | null
  }
}

const begins = channel(signals.requests)
const goesOn = channel(signals.requestsGoOn)
const ends = channel(signals.requestEnds)

/** What proxies, too, write down for those who did not wait for the answer. */
const goneBefore = 499

/** Each request is told as it begins and ends; what it does in between goes on within what was told. */
export function watchRequests(app: FastifyInstance): void {
  app.decorateRequest('told', null)
  app.addHook('onRequest', (request, reply, done) => {
    const signal = signalOf(request)
    request.told = signal
    // Not by Fastify's onResponse, which hears nothing of those who went before they were answered.
    reply.raw.once('close', () => {
      if (!ends.hasSubscribers) return
      signal.status = reply.raw.writableFinished ? reply.raw.statusCode : goneBefore
      signal.seconds = reply.elapsedTime / 1000
      ends.publish(signal)
    })
    begins.runStores(signal, () => done())
  })
  // A body comes by the socket's events, which know nothing of it.
  app.addHook('preValidation', (request, _reply, done) => goesOn.runStores(request.told, () => done()))
}

const signalOf = ({ id, method, routeOptions }: FastifyRequest): RequestSignal => ({
  id,
  method,
  route: routeOptions.url ?? null,
  status: 0,
  seconds: 0,
})
