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

/** Each request is told as it begins and ends; what it does in between goes on within what was told. */
export function watchRequests(app: FastifyInstance): void {
  app.decorateRequest('told', null)
  app.addHook('onRequest', (request, _reply, done) => {
    const signal = signalOf(request)
    request.told = signal
    begins.runStores(signal, () => done())
  })
  // A body comes by the socket's events, which know nothing of it.
  app.addHook('preValidation', (request, _reply, done) => goesOn.runStores(request.told, () => done()))
  app.addHook('onResponse', (request, reply, done) => {
    const { told: signal } = request
    if (signal && ends.hasSubscribers) {
      signal.status = reply.raw.statusCode
      signal.seconds = reply.elapsedTime / 1000
      ends.publish(signal)
    }
    done()
  })
}

const signalOf = ({ id, method, routeOptions }: FastifyRequest): RequestSignal => ({
  id,
  method,
  route: routeOptions.url ?? null,
  status: 0,
  seconds: 0,
})
