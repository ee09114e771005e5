import type { Break } from './breaks.ts'

const journey = 'test/journeys/observability.test.ts'

export const telemetryBreaks: readonly Break[] = [
  {
    promise: 'S-52',
    what: 'a run forgets what asked for it',
    file: 'src/adapters/postgres/ingestions.ts',
    find: 'correlationId: this.#trail.current(),',
    put: 'correlationId: null,',
    tests: [journey],
    named: 'S-52 one id leads',
  },
  {
    promise: 'S-52',
    what: 'each address is a label',
    file: 'src/adapters/fastify/watched-requests.ts',
    find: 'const signalOf = ({ id, method, routeOptions }: FastifyRequest): RequestSignal => ({\n  id,\n  method,\n  route: routeOptions.url ?? null,',
    put: 'const signalOf = ({ id, method, url }: FastifyRequest): RequestSignal => ({\n  id,\n  method,\n  route: url,',
    tests: [journey],
    named: 'S-52 the metrics tell',
  },
  {
    promise: 'S-52',
    what: 'the metrics are read by whoever comes through a proxy',
    file: 'src/adapters/fastify/operations-routes.ts',
    find: 'request.headers[name] !== undefined',
    put: "request.headers[name] === ''",
    tests: [journey],
    named: 'S-52 nobody reads',
  },
  {
    promise: 'S-52',
    what: 'a process that stops says that it is ready',
    file: 'src/admin/readiness/check-readiness.ts',
    find: "status: this.#isStopping ? 'stopping' : status",
    put: 'status',
    tests: [journey],
    named: 'S-52 a process that is stopping',
  },
  {
    promise: 'S-52',
    what: 'a database that hangs keeps whoever scrapes waiting',
    file: 'src/adapters/telemetry/stock-taking.ts',
    find: 'return Promise.race([this.#underway, late])',
    put: 'return Promise.race([this.#underway])',
    tests: ['test/adapters/telemetry/stock-taking.test.ts'],
    named: 'S-52 a database that hangs',
  },
  {
    promise: 'S-52',
    what: 'a client that Amazon refuses looks like a seller who took the permission back',
    file: 'src/adapters/telemetry/call-outcome.ts',
    find: "error.code === 'invalid_client' || ",
    put: '',
    tests: ['test/adapters/telemetry/call-outcome.test.ts'],
  },
]
