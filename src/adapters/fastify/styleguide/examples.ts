import type { Dashboard } from '../../../application/performance/index.ts'
import { addDays, parseDay } from '../../../domain/calendar.ts'
import type { Health } from '../../../domain/health/health.ts'
import type { CampaignRow } from '../page-models/performance.ts'

const first = parseDay('2026-10-25')

const days: Dashboard['daily'] = Array.from({ length: 30 }, (_, index) => {
  const wave = 1 + 0.28 * Math.sin(index / 2.3) + 0.14 * Math.cos(index * 1.7)
  return {
    day: addDays(first, index),
    cost: (400 * wave).toFixed(2),
    sales: (1560 * wave * (1 + 0.18 * Math.sin(index * 0.9))).toFixed(2),
    clicks: Math.round(488 * wave),
    impressions: Math.round(124_000 * wave),
    orders: Math.round(52 * wave),
  }
})

export const exampleDays = {
  days,
  loaded: { from: first, to: addDays(first, 29) },
  provisionalFrom: addDays(first, 16),
}

const since = new Date('2026-11-03T10:12:00Z')
const soon = new Date('2026-11-26T03:12:00Z')
export const exampleNow = new Date('2026-11-25T12:00:00Z')

export const exampleHealths: readonly Health[] = [
  { health: 'connected', since, lastLoadedAt: since, nextSyncAt: soon },
  { health: 'loading', since, done: 4, total: 15 },
  { health: 'throttled', since, dueAt: soon },
  { health: 'stale', since, lastLoadedAt: since, isSyncing: false, nextSyncAt: soon },
  { health: 'failing', since, failed: [], nextSyncAt: soon },
  { health: 'needs_authorisation', since, why: 'grant_revoked' },
  { health: 'paused', since, planRestriction: { kind: 'lapsed', plan: 'annual', endedAt: since } },
  { health: 'disconnected', since, eraseAt: soon, data: 'kept' },
]

const campaign = (name: string, adProduct: string, status: string): CampaignRow => ({
  name,
  href: '/dashboard/ads/ad-groups?campaign=1',
  adProduct,
  status,
  impressions: '769,952',
  clicks: '3,536',
  ctr: '0.46%',
  cpc: '$0.81',
  spend: '$2,864.16',
  sales: '$11,584.70',
  orders: '386',
  acos: '24.70%',
  roas: '4.04',
})

export const exampleCampaigns: readonly CampaignRow[] = [
  campaign('Brand defence', 'Sponsored Brands', 'Enabled'),
  campaign(
    'SP | Auto | All kitchen | 2026 relaunch with a name that is far too long',
    'Sponsored Products',
    'Paused',
  ),
  campaign('حملة الصيف | 2026!', 'Sponsored Display', 'Archived'),
]
