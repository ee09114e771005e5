import { once } from 'node:events'
import { type AddressInfo, connect } from 'node:net'
import fastify from 'fastify'
import { pino } from 'pino'
import t from 'tap'
import { publishRequests } from '../../../../src/adapters/fastify/kit/request-signals.ts'
import { ProcessMetrics } from '../../../../src/adapters/telemetry/metrics.ts'
import { subscribeToSignals } from '../../../../src/adapters/telemetry/subscribe.ts'
import { eventually } from '../../../support/eventually.ts'
import { sumOf } from '../../../support/metrics.ts'

t.test('S-52 an aborted request is counted and no longer in flight', async t => {
  const metrics = new ProcessMetrics(() => [])
  const stop = subscribeToSignals({ metrics, log: pino({ level: 'silent' }), traces: null })
  const app = fastify()
  publishRequests(app)
  app.get('/quick', async () => 'here')
  app.get('/slow', () => new Promise(() => undefined))
  app.post('/form', async () => 'taken')
  app.get('/large', async () => 'x'.repeat(5_000_000))
  await app.listen({ host: '127.0.0.1', port: 0 })
  const { port } = app.server.address() as AddressInfo
  t.teardown(async () => {
    stop()
    await app.close()
  })
  const inFlight = async () => sumOf(await metrics.registry.metrics(), 'ads_http_requests_in_flight')
  /** Disconnects while the request is in flight. */
  const sendAndDisconnect = async (request: string) => {
    const socket = connect(port, '127.0.0.1').on('error', () => undefined)
    await once(socket, 'connect')
    socket.write(request.replaceAll('\n', '\r\n'))
    await eventually('the request is in flight', async () => (await inFlight()) === 1)
    socket.resetAndDestroy()
    await eventually('the request is no longer in flight', async () => (await inFlight()) === 0)
  }

  await (await fetch(`http://127.0.0.1:${port}/quick`)).text()
  await sendAndDisconnect('GET /slow HTTP/1.1\nhost: x\n\n')
  await sendAndDisconnect(
    'POST /form HTTP/1.1\nhost: x\ncontent-type: text/plain\ncontent-length: 100\n\nhalf of it',
  )
  await sendAndDisconnect('GET /large HTTP/1.1\nhost: x\n\n')

  const text = await metrics.registry.metrics()
  const countByStatus = (status: string) => sumOf(text, 'ads_http_request_duration_seconds_count', { status })
  t.equal(countByStatus('2xx'), 1)
  t.equal(countByStatus('4xx'), 3, 'aborted before the response: 499')
})
