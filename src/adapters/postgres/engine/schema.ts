import {
  AccessLinkRow,
  KnownDeviceRow,
  PendingAppRow,
  RecoveryCodeRow,
  SecondFactorRow,
  SessionRow,
  SubscriptionRow,
  UserRow,
} from '../access/access-rows.ts'
import {
  AuthorisationAttemptRow,
  ConnectionRow,
  GrantRow,
  PendingConnectionRow,
} from '../connection/connection-rows.ts'
import { SupportRequestCommentRow, SupportRequestRow } from '../console/console-rows.ts'
import { ReportRow, SyncRunRow } from '../ingestion/sync-run-rows.ts'

/** Tables written row by row; fact tables are written by COPY and read as sums. */
export const entityDefinitions = [
  UserRow,
  SubscriptionRow,
  SessionRow,
  SecondFactorRow,
  PendingAppRow,
  RecoveryCodeRow,
  AccessLinkRow,
  KnownDeviceRow,
  AuthorisationAttemptRow,
  PendingConnectionRow,
  ConnectionRow,
  GrantRow,
  SyncRunRow,
  ReportRow,
  SupportRequestRow,
  SupportRequestCommentRow,
]
