import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import Type from 'typebox'
import { Check } from 'typebox/value'
import { callerOf, scopeOf } from '../../ads/gateway.ts'
import { sendJson } from '../../responses.ts'
import type { Account } from '../../users/account.ts'
import type { Region } from '../../users/marketplaces.ts'
import type { World } from '../../world.ts'
import { checkDates } from '../check-request.ts'
import { reportTypeOf } from '../columns/report-types.ts'
import { beyondLimit, startReport, throttled } from '../create-report.ts'
import { BadReport } from '../parse-request.ts'
import { presignedUrl } from '../presigned.ts'
import type { Report } from '../report.ts'
import { statusWithFile } from '../report-routes.ts'

interface ById {
  Params: { reportId: string }
}

/** One day; without `creativeType`, Amazon leaves out videos. */
const CreateRequest = Type.Object({
  reportDate: Type.String({ pattern: '^\\d{8}$' }),
  metrics: Type.String(),
  creativeType: Type.Literal('all'),
})

const reportTypeId = 'hsaCampaigns'
const statuses = {
  PENDING: 'IN_PROGRESS',
  PROCESSING: 'IN_PROGRESS',
  COMPLETED: 'SUCCESS',
  FAILED: 'FAILURE',
}

/** Reporting v2 for Sponsored Brands campaigns, which were called headline search ads. */
export function reportV2Routes(app: FastifyInstance, world: World, region: Region): void {
  const type = reportTypeOf(reportTypeId)
  if (!type) throw new Error('no report type for campaigns')

  app.post('/v2/hsa/campaigns/report', { config: { faultyCall: 'create' } }, (request, reply) => {
    world.calls.count('create')
    const account = accountOf(request, reply)
    if (!account) return reply
    const { body } = request
    const now = world.now()
    if (!world.switchboard.acceptsReportRequest(region, reportTypeId, now))
      return throttled(reply, beyondLimit)
    if (!Check(CreateRequest, body)) return refuse(reply, 'The request is invalid')
    const columns = body.metrics.split(',')
    const unknown = columns.filter(name => !type.columns.includes(name))
    if (unknown.length > 0) return refuse(reply, `Metrics are not supported: ${unknown.join(', ')}`)
    const day = body.reportDate.replace(/(\d{4})(\d\d)(\d\d)/, '$1-$2-$3')
    const wanted = {
      name: null,
      startDate: day,
      endDate: day,
      configuration: {
        adProduct: type.adProduct,
        columns,
        filters: null,
        format: 'GZIP_JSON',
        groupBy: [],
        reportTypeId,
        timeUnit: 'DAILY' as const,
      },
    }
    try {
      checkDates(wanted, type, account, now)
    } catch (error) {
      if (error instanceof BadReport) return refuse(reply, error.message)
      throw error
    }
    const { reportId } = startReport(world, region, account, wanted, now)
    const statusDetails = 'Generating report'
    return sendJson(reply, 202, { reportId, recordType: 'campaign', status: 'IN_PROGRESS', statusDetails })
  })

  app.get<ById>('/v2/reports/:reportId', { config: { faultyCall: 'status' } }, async (request, reply) => {
    world.calls.count('status')
    const account = accountOf(request, reply)
    if (!account) return reply
    const report = reportOf(world, account, request.params.reportId)
    if (!report) return notFound(reply)
    const { reportId } = report
    const status = statuses[await statusWithFile(world, report)]
    const path = new URL(`/${region.toLowerCase()}/v1/reports/${reportId}/download`, world.origin())
    return sendJson(reply, 200, {
      reportId,
      status,
      statusDetails: status === 'SUCCESS' ? 'Report successfully generated' : 'Generating report',
      ...(status === 'SUCCESS' && { location: path.href, fileSize: world.files.sizeOf(report) ?? 0 }),
    })
  })

  app.get<ById>('/v2/reports/:reportId/download', (request, reply) => {
    const account = accountOf(request, reply)
    if (!account) return reply
    const report = reportOf(world, account, request.params.reportId)
    if (!report || world.files.sizeOf(report) === undefined) return notFound(reply)
    return reply
      .code(307)
      .header('location', presignedUrl(world, report, world.clock()))
      .send()
  })

  function accountOf(request: FastifyRequest, reply: FastifyReply): Account | undefined {
    const user = callerOf(world, request, reply, 'gateway')
    return user && scopeOf(world, user, region, request, reply)
  }
}

function reportOf(world: World, account: Account, reportId: string): Report | undefined {
  const report = world.memory.reports.get(reportId)
  const isV2 = report?.configuration.reportTypeId === reportTypeId
  return isV2 && report.profileId === account.profileId ? report : undefined
}

const refuse = (reply: FastifyReply, details: string): FastifyReply =>
  sendJson(reply, 400, { code: 'BAD_REQUEST', details })

const notFound = (reply: FastifyReply): FastifyReply =>
  sendJson(reply, 404, { code: 'NOT_FOUND', details: 'Could not find the report' })
