import type { Health } from '../../src/domain/health/health.ts'
import { aFailedReport, hoursLater, noon } from '../support/examples.ts'

const later = hoursLater(15)
const failed = [aFailedReport()]

export const healths: Readonly<Record<string, Health>> = {
  connected: { health: 'connected', since: noon, lastLoadedAt: noon, nextSyncAt: later },
  'connected-unplanned': { health: 'connected', since: noon, lastLoadedAt: noon, nextSyncAt: null },
  'connected-due': { health: 'connected', since: noon, lastLoadedAt: noon, nextSyncAt: noon },
  loading: { health: 'loading', since: noon, done: 4, total: 15 },
  throttled: { health: 'throttled', since: noon, dueAt: later },
  stale: { health: 'stale', since: noon, lastLoadedAt: noon, isSyncing: false, nextSyncAt: later },
  'stale-syncing': { health: 'stale', since: noon, lastLoadedAt: null, isSyncing: true, nextSyncAt: null },
  'partly-failing': { health: 'partly_failing', since: noon, failed, nextSyncAt: later },
  failing: { health: 'failing', since: noon, failed, nextSyncAt: later },
  'grant-gone': { health: 'needs_authorisation', since: noon, why: 'grant_revoked' },
  'consent-expired': { health: 'needs_authorisation', since: noon, why: 'consent_expired' },
  'rights-lost': { health: 'needs_authorisation', since: noon, why: 'profile_access_lost' },
  paused: {
    health: 'paused',
    since: noon,
    planRestriction: { kind: 'lapsed', plan: 'annual', endedAt: noon },
  },
  'paused-no-plan': { health: 'paused', since: null, planRestriction: { kind: 'no_plan' } },
  kept: { health: 'disconnected', since: noon, eraseAt: later, data: 'kept' },
  erasing: { health: 'disconnected', since: noon, eraseAt: null, data: 'erasing' },
  erased: { health: 'disconnected', since: noon, eraseAt: null, data: 'erased' },
}
