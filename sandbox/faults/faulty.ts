import { randomUUID } from 'node:crypto'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { reportAt } from '../reporting/presigned.ts'
import type { Report } from '../reporting/report.ts'
import { regions } from '../users/marketplaces.ts'
import type { World } from '../world.ts'
import { sendDamaged } from './apply-fault.ts'
import { damage, duplicate } from './damage.ts'
import { errorOf } from './error-responses.ts'
import type { About, Fault, FaultyCall } from './names.ts'
import { withSkew } from './skewed-clock.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    faultyCall?: FaultyCall
  }
  interface FastifyRequest {
    fault: Fault | null
  }
}

const defaultSkewSeconds = 3 * 3600

export function addFaults(app: FastifyInstance, world: World): void {
  app.decorateRequest('fault', null)

  app.addHook('preHandler', (request, reply, done) => {
    const call = request.routeOptions.config.faultyCall
    request.fault = call ? world.switchboard.takeFault(call, () => aboutOf(world, request)) : null
    const { fault } = request
    if (fault?.fault === 'clock_ahead') withSkew(skewOf(fault), done)
    else if (fault?.fault === 'clock_behind') withSkew(-skewOf(fault), done)
    else if (!fault || !replaceResponse(world, fault, request, reply)) done()
    else world.calls.count(fault.call)
  })

  app.addHook('onSend', async (request, reply, payload) => {
    const { fault } = request
    if (!fault) return payload
    // Never answers, so the client must time out. The request itself has been carried out.
    if (fault.fault === 'timeout') return new Promise(() => undefined)
    if (errorOf(fault.call, fault.fault) || reply.statusCode >= 400) return payload
    const damagedResponse = damage(fault.call, fault.fault, reply.statusCode, await bytesOf(payload))
    return damagedResponse ? sendDamaged(reply, damagedResponse) : payload
  })
}

const skewOf = ({ seconds = defaultSkewSeconds }: Fault): number => seconds * 1000

/** @returns false when the fault needs the true response. */
function replaceResponse(world: World, fault: Fault, request: FastifyRequest, reply: FastifyReply): boolean {
  if (fault.fault === 'reset') {
    reply.hijack()
    request.raw.socket.resetAndDestroy()
    return true
  }
  if (fault.fault === 'duplicate_mismatch') {
    const { body, headers, status } = duplicate(otherReportId(world, request))
    reply.code(status).headers(headers).send(body)
    return true
  }
  const error = errorOf(fault.call, fault.fault)
  if (!error) return false
  if (fault.retryAfterSeconds !== undefined) reply.header('retry-after', String(fault.retryAfterSeconds))
  reply.code(error.status).header('content-type', error.type).send(Buffer.from(error.body))
  return true
}

function aboutOf(world: World, request: FastifyRequest): About {
  const path = request.url.split('?')[0] ?? ''
  const prefix = path.split('/')[1]?.toUpperCase()
  const named = regions.find(region => region === prefix)
  const [, reportId = ''] = /\/reports\/([^/]+)$/.exec(path) ?? []
  const report = world.memory.reports.get(reportId) ?? reportAt(world, path)
  const scope = request.headers['amazon-advertising-api-scope']
  const ordered = (request.body as Partial<Report> | null | undefined)?.configuration
  return {
    region: named ?? report?.region ?? null,
    reportType: report?.configuration.reportTypeId ?? ordered?.reportTypeId ?? null,
    profileId: report?.profileId ?? scope?.toString() ?? null,
  }
}

/** Creates a report of the same profile and days that differs from the requested one: SUMMARY instead of DAILY. */
function otherReportId(world: World, request: FastifyRequest): string {
  const order = request.body as Pick<Report, 'startDate' | 'endDate' | 'configuration'>
  const now = world.now()
  const report: Report = {
    ...order,
    name: null,
    configuration: { ...order.configuration, filters: null, timeUnit: 'SUMMARY' },
    reportId: randomUUID(),
    region: aboutOf(world, request).region ?? 'NA',
    profileId: String(request.headers['amazon-advertising-api-scope']),
    createdAt: now,
    readyAt: now + 3_600_000,
    fate: 'never',
    restatement: 0,
    extraCentOn: null,
  }
  world.memory.record({ event: 'report', report })
  return report.reportId
}

async function bytesOf(payload: unknown): Promise<Buffer> {
  if (Buffer.isBuffer(payload)) return payload
  if (typeof payload === 'string') return Buffer.from(payload)
  const pieces: Buffer[] = []
  for await (const piece of (payload ?? []) as AsyncIterable<Buffer>) pieces.push(piece)
  return Buffer.concat(pieces)
}
