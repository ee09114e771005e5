import { randomUUID } from 'node:crypto'
import type { FastifyReply } from 'fastify'
import type { Switches } from '../control/switches.ts'
import { sendJson } from '../responses.ts'
import { type Account, notOfferedText } from '../users/account.ts'
import type { Region } from '../users/marketplaces.ts'
import type { World } from '../world.ts'
import { checkRequest } from './check-request.ts'
import { BadReport, parseRequest } from './parse-request.ts'
import { type Report, type ReportRequest, sameRequest, statusOf } from './report.ts'
import { sendReport } from './report-object.ts'

/** Without `Retry-After`, as in most 429 responses of Amazon (docs/product/amazon.md, "Reporting v3: requests"). */
export const beyondLimit = { times: 1, retryAfterSeconds: null, html: false, reportType: null }

export function createReport(
  world: World,
  region: Region,
  account: Account,
  body: unknown,
  reply: FastifyReply,
): FastifyReply {
  try {
    const request = parseRequest(body)
    const throttle = world.switchboard.takeThrottle(request.configuration.reportTypeId)
    if (throttle) return throttled(reply, throttle)
    const now = world.now()
    const { reportTypeId } = request.configuration
    if (!world.switchboard.acceptsReportRequest(region, reportTypeId, now))
      return throttled(reply, beyondLimit)
    checkRequest(request, account, now)
    const text = notOfferedText(account, request.configuration.adProduct)
    if (text) throw new BadReport(text)
    const duplicate = runningDuplicateOf(world, account, request, now)
    if (duplicate)
      return sendJson(reply, 425, {
        code: '425',
        detail: `The Request is a duplicate of : ${duplicate.reportId}`,
      })
    const report = startReport(world, region, account, request, now)
    return sendReport(world, reply, report, 'PENDING', 'create')
  } catch (error) {
    if (error instanceof BadReport) return sendJson(reply, 400, { code: '400', detail: error.message })
    throw error
  }
}

export function startReport(
  world: World,
  region: Region,
  account: Account,
  request: ReportRequest,
  now: number,
): Report {
  const { extraCent, restatement } = world.switchboard.current
  const { reportTypeId } = request.configuration
  const hasExtraCent = extraCent?.profileId === account.profileId && extraCent.reportType === reportTypeId
  const report: Report = {
    ...request,
    reportId: randomUUID(),
    region,
    profileId: account.profileId,
    createdAt: now,
    readyAt: now + Math.round(world.switchboard.nextGenerationSeconds() * 1000),
    fate: isImpossible(request) ? 'fails' : world.switchboard.takeFate(reportTypeId),
    restatement,
    extraCentOn: hasExtraCent ? extraCent.day : null,
  }
  world.memory.record({ event: 'report', report })
  if (report.fate === 'completes') world.files.generate(report).catch(() => undefined)
  return report
}

/** Amazon accepts ad groups with placements, and then cannot generate the report. */
function isImpossible({ configuration: { groupBy } }: ReportRequest): boolean {
  return groupBy.includes('adGroup') && groupBy.includes('campaignPlacement')
}

function runningDuplicateOf(
  world: World,
  account: Account,
  request: ReportRequest,
  now: number,
): Report | undefined {
  for (const report of world.memory.reportsOf(account.profileId)) {
    if (!sameRequest(report, account.profileId, request)) continue
    if (['PENDING', 'PROCESSING'].includes(statusOf(report, now))) return report
  }
  return undefined
}

export function throttled(reply: FastifyReply, throttle: Switches['createThrottle']): FastifyReply {
  if (throttle.retryAfterSeconds !== null) reply.header('retry-after', String(throttle.retryAfterSeconds))
  if (!throttle.html) return sendJson(reply, 429, { message: 'Too Many Requests' })
  const html =
    '<html><head><title>429 Too Many Requests</title></head><body><center><h1>429 Too Many Requests</h1></center><hr><center>openresty</center></body></html>'
  return reply.code(429).header('content-type', 'text/html').send(html)
}
