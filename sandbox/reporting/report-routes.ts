import { setTimeout as wait } from 'node:timers/promises'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { callerOf, scopeOf } from '../ads/gateway.ts'
import { sendJson } from '../responses.ts'
import type { Account } from '../users/account.ts'
import type { Region } from '../users/marketplaces.ts'
import type { World } from '../world.ts'
import { beyondLimit, createReport, throttled } from './create-report.ts'
import { type Report, type ReportStatus, statusOf } from './report.ts'
import { remapped, sendReport } from './report-object.ts'

interface ById {
  Params: { reportId: string }
}

/**
 * Milliseconds that a status call waits for the file, so that a report with a generation time of 0 is complete at once.
 */
const fileWaitMilliseconds = 500

/** Reporting v3 (OfflineReport_prod_3p). */
export function reportRoutes(app: FastifyInstance, world: World, region: Region): void {
  app.addContentTypeParser(
    /^application\/vnd\..+\+json/,
    { parseAs: 'string' },
    app.getDefaultJsonParser('ignore', 'ignore'),
  )

  app.setErrorHandler((error, _request, reply) => {
    const status = error instanceof Error && 'statusCode' in error ? Number(error.statusCode) : 500
    return sendJson(reply, status, {
      code: String(status),
      detail: error instanceof Error ? error.message : '',
    })
  })

  app.post('/reporting/reports', { config: { faultyCall: 'create' } }, (request, reply) => {
    world.calls.count('create')
    const account = accountOf(request, reply)
    return account ? createReport(world, region, account, request.body, reply) : reply
  })

  app.get<ById>(
    '/reporting/reports/:reportId',
    { config: { faultyCall: 'status' } },
    async (request, reply) => {
      world.calls.count('status')
      const account = accountOf(request, reply)
      if (!account) return reply
      const report = reportOf(world, account, request.params.reportId)
      if (!report) return notFound(reply)
      if (!world.switchboard.acceptsPoll(region, world.now())) return throttled(reply, beyondLimit)
      return sendReport(world, reply, report, await statusWithFile(world, report), 'get')
    },
  )

  app.delete<ById>('/reporting/reports/:reportId', async (request, reply) => {
    world.calls.count('delete')
    const account = accountOf(request, reply)
    if (!account) return reply
    const report = reportOf(world, account, request.params.reportId)
    if (!report) return notFound(reply)
    world.memory.record({ event: 'report deleted', reportId: report.reportId })
    await world.files.remove(report)
    remapped(reply, 'delete')
    return sendJson(reply, 200, { code: '200', detail: 'Report deleted', reportId: report.reportId })
  })

  function accountOf(request: FastifyRequest, reply: FastifyReply): Account | undefined {
    const user = callerOf(world, request, reply, 'gateway')
    return user && scopeOf(world, user, region, request, reply)
  }
}

export async function statusWithFile(world: World, report: Report): Promise<ReportStatus> {
  const status = statusOf(report, world.now())
  if (status !== 'COMPLETED') return status
  const making = world.files.generate(report)
  const whole = await Promise.race([
    making.then(() => true),
    wait(fileWaitMilliseconds, false, { ref: false }),
  ])
  return whole ? 'COMPLETED' : 'PROCESSING'
}

function reportOf(world: World, account: Account, reportId: string): Report | undefined {
  const report = world.memory.reports.get(reportId)
  return report?.profileId === account.profileId ? report : undefined
}

function notFound(reply: FastifyReply): FastifyReply {
  return sendJson(reply, 404, { code: 404, detail: 'Not Found' })
}
