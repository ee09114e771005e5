import type { FastifyReply } from 'fastify'
import { sendJson } from '../responses.ts'
import type { World } from '../world.ts'
import { presignedUrl, urlSeconds } from './presigned.ts'
import { type Report, type ReportStatus, startedAt } from './report.ts'

type Kind = 'create' | 'get' | 'delete'

/** Amazon's report object: every field, null while unknown. */
function reportObject(world: World, report: Report, status: ReportStatus) {
  const done = status === 'COMPLETED'
  const now = world.clock()
  return {
    configuration: report.configuration,
    createdAt: iso(report.createdAt),
    endDate: report.endDate,
    failureReason:
      status === 'FAILED' ? 'Report generation failed due to an internal error. Please retry' : null,
    fileSize: done ? (world.files.sizeOf(report) ?? null) : null,
    generatedAt: done ? iso(report.readyAt) : null,
    name: report.name,
    reportId: report.reportId,
    startDate: report.startDate,
    status,
    updatedAt: iso(updatedAt(report, status)),
    url: done ? presignedUrl(world, report, now) : null,
    urlExpiresAt: done ? iso(now + urlSeconds * 1000).replace('Z', '887Z') : null,
  }
}

function updatedAt(report: Report, status: ReportStatus): number {
  if (status === 'PENDING') return report.createdAt
  return status === 'PROCESSING' ? startedAt(report) : report.readyAt
}

function iso(milliseconds: number): string {
  return new Date(milliseconds).toISOString()
}

export function sendReport(
  world: World,
  reply: FastifyReply,
  report: Report,
  status: ReportStatus,
  kind: Kind,
): FastifyReply {
  remapped(reply, kind)
  return sendJson(reply, 200, reportObject(world, report, status))
}

/** Amazon puts its vendor content type in this header only; the response is plain JSON. */
export function remapped(reply: FastifyReply, kind: Kind): void {
  reply.header(
    'x-amzn-Remapped-x-amzn-Remapped-Content-Type',
    `application/vnd.${kind}asyncreportresponse.v3+json`,
  )
}
