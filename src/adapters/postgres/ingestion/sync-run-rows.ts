import { defineEntity, type InferEntity, p } from '@mikro-orm/core'
import type { ReportType } from '../../../domain/ingestion/catalogue.ts'
import type { Deferral } from '../../../domain/ingestion/deferral.ts'
import type { UnconfirmedFile } from '../../../domain/ingestion/file-totals.ts'
import type { Report } from '../../../domain/ingestion/report.ts'
import type { FailureReason, ReportError } from '../../../domain/ingestion/report-error.ts'
import type { SyncRunKind } from '../../../domain/ingestion/sync-run.ts'

export const SyncRunRow = defineEntity({
  name: 'SyncRunRow',
  tableName: 'sync_run',
  properties: {
    id: p.uuid().primary(),
    connectionId: p.uuid(),
    kind: p.text().$type<SyncRunKind>(),
    dayFrom: p.date(),
    dayTo: p.date(),
    requestedAt: p.datetime(),
    finishedAt: p.datetime().nullable(),
    correlationId: p.text().nullable(),
  },
})

export const ReportRow = defineEntity({
  name: 'ReportRow',
  tableName: 'report',
  properties: {
    id: p.uuid().primary(),
    syncRunId: p.uuid(),
    connectionId: p.uuid(),
    position: p.integer(),
    type: p.text().$type<ReportType>(),
    status: p.text().$type<Report['status']>(),
    dayFrom: p.date(),
    dayTo: p.date(),
    isInteractive: p.boolean(),
    requestCount: p.integer(),
    consecutiveErrors: p.integer(),
    totalErrors: p.integer(),
    lastError: p.json<ReportError>().nullable(),
    failingSince: p.datetime().nullable(),
    dueAt: p.datetime().nullable(),
    dueSetAt: p.datetime().nullable(),
    deferredSince: p.datetime().nullable(),
    deferralReason: p.text().$type<Deferral['why']>().nullable(),
    amazonReportId: p.text().nullable(),
    acceptedAt: p.datetime().nullable(),
    pollCount: p.integer(),
    completedAt: p.datetime().nullable(),
    loadedAt: p.datetime().nullable(),
    rowCount: p.bigint('number').nullable(),
    failedAt: p.datetime().nullable(),
    failure: p.json<FailureReason>().nullable(),
    unconfirmedFile: p.json<UnconfirmedFile>().nullable(),
    legacyCampaigns: p.integer().nullable(),
    leasedUntil: p.datetime().nullable(),
    fencingToken: p.integer(),
  },
})

export type SyncRunColumns = InferEntity<typeof SyncRunRow>
export type ReportColumns = InferEntity<typeof ReportRow>
