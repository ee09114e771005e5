import { randomUUID } from 'node:crypto'
import type { FastifyReply } from 'fastify'
import { sendJson } from '../answers.ts'
import type { Switches } from '../control/switches.ts'
import type { Account } from '../users/account.ts'
import type { Region } from '../users/marketplaces.ts'
import type { World } from '../world.ts'
import { checkRequest } from './check-request.ts'
import { BadReport, readRequest } from './parse-request.ts'
import type { Report, ReportRequest } from './report.ts'
import { sameRequest, statusOf } from './report.ts'
import { sendReport } from './report-object.ts'

/** Without `Retry-After`, like most of Amazon's 429 (docs/product/amazon.md, "Reporting v3: requests"). */
const beyondLimit = { times: 1, retryAfterSeconds: null, html: false, reportType: null }

export function createReport(
  world: World,
  region: Region,
  account: Account,
  body: unknown,
  reply: FastifyReply,
): FastifyReply {
  try {
    const request = readRequest(body)
    const throttle = world.switchboard.takeThrottle(request.configuration.reportTypeId)
    if (throttle) return throttled(reply, throttle)
    const now = world.now()
    if (!world.switchboard.acceptsReportRequest(region, now)) return throttled(reply, beyondLimit)
    checkRequest(request, account, now)
    const twin = twinOf(world, account, request, now)
    if (twin)
      return sendJson(reply, 425, { code: '425', detail: `The Request is a duplicate of : ${twin.reportId}` })
    const report = begin(world, region, account, request, now)
    return sendReport(world, reply, report, 'PENDING', 'create')
  } catch (error) {
    if (error instanceof BadReport) return sendJson(reply, 400, { code: '400', detail: error.message })
    throw error
  }
}

function begin(world: World, region: Region, account: Account, request: ReportRequest, now: number): Report {
  const { extraCent, restatement } = world.switchboard.on
  const { reportTypeId } = request.configuration
  const extra = extraCent?.profileId === account.profileId && extraCent.reportType === reportTypeId
  const report: Report = {
    ...request,
    reportId: randomUUID(),
    region,
    profileId: account.profileId,
    createdAt: now,
    readyAt: now + Math.round(world.switchboard.nextGenerationSeconds() * 1000),
    fate: world.switchboard.takeFate(reportTypeId),
    restatement,
    extraCentOn: extra ? extraCent.day : null,
  }
  world.memory.record({ event: 'report', report })
  if (report.fate === 'completes') world.files.make(report).catch(() => undefined)
  return report
}

function twinOf(world: World, account: Account, request: ReportRequest, now: number): Report | undefined {
  for (const report of world.memory.reportsOf(account.profileId)) {
    if (!sameRequest(report, account.profileId, request)) continue
    if (['PENDING', 'PROCESSING'].includes(statusOf(report, now))) return report
  }
  return undefined
}

function throttled(reply: FastifyReply, throttle: Switches['createThrottle']): FastifyReply {
  if (throttle.retryAfterSeconds !== null) reply.header('retry-after', String(throttle.retryAfterSeconds))
  if (!throttle.html) return sendJson(reply, 429, { message: 'Too Many Requests' })
  const html =
    '<html><head><title>429 Too Many Requests</title></head><body><center><h1>429 Too Many Requests</h1></center><hr><center>openresty</center></body></html>'
  return reply.code(429).header('content-type', 'text/html').send(html)
}
