import type { FastifyInstance, FastifyReply } from 'fastify'
import Type from 'typebox'
import { Check } from 'typebox/value'
import { callerOf } from '../../ads/gateway.ts'
import { sendJson } from '../../responses.ts'
import { adsAccountsOf } from '../../users/ads-account.ts'
import type { Region } from '../../users/marketplaces.ts'
import type { User } from '../../users/user.ts'
import type { World } from '../../world.ts'
import { checkDates } from '../check-request.ts'
import { reportTypes } from '../columns/report-types.ts'
import { startReport } from '../create-report.ts'
import { BadReport } from '../parse-request.ts'
import { presignedUrl, urlSeconds } from '../presigned.ts'
import type { Report, ReportStatus } from '../report.ts'
import { statusWithFile } from '../report-routes.ts'
import { parseV1Request } from './parse-request.ts'

const ById = Type.Object({ reportIds: Type.Array(Type.String(), { minItems: 1, maxItems: 1 }) })

/** Reporting v1 for Sponsored Products campaigns. Answers are 207 with a list of successes and one of errors. */
export function reportV1Routes(app: FastifyInstance, world: World, region: Region): void {
  app.post('/adsApi/v1/create/reports', { config: { faultyCall: 'create' } }, (request, reply) => {
    world.calls.count('create')
    const user = callerOf(world, request, reply, 'gateway')
    if (!user) return reply
    try {
      const { advertiserAccountId, country, report: wanted } = parseV1Request(request.body)
      const account = accountIn(user, region, advertiserAccountId, country)
      if (!account) return refuse(reply, 'ACCESS_DENIED', 'No access to the requested account')
      const type = reportTypes['spCampaigns']
      if (!type) throw new Error('no report type for campaigns')
      checkDates(wanted, type, account, world.now())
      return succeed(reply, world, startReport(world, region, account, wanted, world.now()), 'PENDING')
    } catch (error) {
      if (error instanceof BadReport) return refuse(reply, 'BAD_REQUEST', error.message)
      throw error
    }
  })

  app.post('/adsApi/v1/retrieve/reports', { config: { faultyCall: 'status' } }, async (request, reply) => {
    world.calls.count('status')
    const user = callerOf(world, request, reply, 'gateway')
    if (!user) return reply
    const report = reportOf(world, user, request.body)
    if (!report) return refuse(reply, 'NOT_FOUND', 'Report not found')
    return succeed(reply, world, report, await statusWithFile(world, report))
  })

  app.post('/adsApi/v1/delete/reports', async (request, reply) => {
    world.calls.count('delete')
    const user = callerOf(world, request, reply, 'gateway')
    if (!user) return reply
    const report = reportOf(world, user, request.body)
    if (!report) return refuse(reply, 'NOT_FOUND', 'Report not found')
    world.memory.record({ event: 'report deleted', reportId: report.reportId })
    await world.files.remove(report)
    return sendJson(reply, 207, { success: [{ index: 0, reportId: report.reportId }], error: [] })
  })
}

function accountIn(user: User, region: Region, advertiserAccountId: string, country: string) {
  const owner = adsAccountsOf(user.accounts, user.unlisted).find(
    one => one.adsAccountId === advertiserAccountId,
  )
  const profileIds = owner?.profiles.map(({ profileId }) => profileId) ?? []
  return user.accounts.find(
    account =>
      account.region === region && account.countryCode === country && profileIds.includes(account.profileId),
  )
}

function reportOf(world: World, user: User, body: unknown): Report | undefined {
  if (!Check(ById, body)) return undefined
  const report = world.memory.reports.get(body.reportIds[0] ?? '')
  return user.accounts.some(({ profileId }) => profileId === report?.profileId) ? report : undefined
}

function succeed(reply: FastifyReply, world: World, report: Report, status: ReportStatus): FastifyReply {
  const isDone = status === 'COMPLETED'
  const { reportId, startDate, endDate, configuration } = report
  const now = world.clock()
  const part = {
    sizeInBytes: world.files.sizeOf(report) ?? 0,
    url: presignedUrl(world, report, now),
    urlExpirationDateTime: new Date(now + urlSeconds * 1000).toISOString(),
  }
  const shown = {
    reportId,
    status,
    format: configuration.format,
    periods: [{ datePeriod: { startDate, endDate } }],
    query: { fields: configuration.columns },
    creationDateTime: new Date(report.createdAt).toISOString(),
    failureCode: status === 'FAILED' ? 'INTERNAL_ERROR' : null,
    failureReason: status === 'FAILED' ? 'Report generation failed' : null,
    completedReportParts: isDone ? [part] : [],
  }
  return sendJson(reply, 207, { success: [{ index: 0, report: shown }], error: [] })
}

const refuse = (reply: FastifyReply, code: string, message: string): FastifyReply =>
  sendJson(reply, 207, { success: [], error: [{ index: 0, errors: [{ code, message }] }] })
