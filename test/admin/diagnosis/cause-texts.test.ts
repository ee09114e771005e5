/** Tests which facts the cause texts show, not how they are worded. */
import t from 'tap'
import { agentActions, isAdminOnly } from '../../../src/admin/diagnosis/actions.ts'
import { causeTexts } from '../../../src/admin/diagnosis/cause-texts.ts'
import { type Cause, causes } from '../../../src/admin/diagnosis/causes.ts'
import type { Finding, FindingDetails } from '../../../src/admin/diagnosis/finding.ts'
import { hoursLater } from '../../support/examples.ts'

/** Every fact that a text can show, with the string that identifies it. */
const facts = {
  regions: [['na', 'eu'], 'North America and Europe'],
  failed: [['sp_campaigns'], 'Sponsored Products campaigns'],
  tried: [['sb_campaigns'], 'Sponsored Brands campaigns'],
  dueAt: [hoursLater(1), '2026-05-12 13:00 UTC'],
  detail: ['AMAZON SAID SO', 'AMAZON SAID SO'],
  products: [['SB', 'SD'], 'Sponsored Brands and Sponsored Display'],
  until: [hoursLater(2), '2026-05-12 14:00 UTC'],
  syncDueSince: [hoursLater(3), '2026-05-12 15:00 UTC'],
  count: [77, '77'],
  skewSeconds: [240, '4 minutes ahead of'],
} as const

const allDetails = Object.fromEntries(
  Object.entries(facts).map(([name, [fact]]) => [name, fact]),
) as FindingDetails
/** What every finding about a region, reports or ad products has. */
const minimalDetails: FindingDetails = { regions: ['na'], failed: ['sp_campaigns'], products: ['SB'] }
const since = hoursLater(-5)

const finding = (cause: Cause, about: FindingDetails = {}, overrides: Partial<Finding> = {}): Finding => ({
  cause,
  confidence: 'certain',
  since: null,
  evidence: [],
  about,
  ...overrides,
})
const sentence = (cause: Cause, about?: FindingDetails, overrides?: Partial<Finding>): string =>
  causeTexts[cause].agentMessage(finding(cause, about, overrides))
const sellerMessage = (cause: Cause, about?: FindingDetails): string =>
  causeTexts[cause].sellerMessage(finding(cause, about))

const reportCauses = [
  'database_down',
  'access_token_refused',
  'profile_access_unconfirmed',
  'account_forbidden',
  'report_request_refused',
  'refused_by_amazon',
  'amazon_unreachable',
  'amazon_timeout',
  'amazon_unreadable',
  'throttled',
  'duplicate_mismatch',
  'report_failed',
  'report_never_finished',
  'report_lost',
  'amazon_slow',
  'file_corrupt',
  'file_too_large',
  'file_unconfirmed',
  'download_rejected',
  'download_host_untrusted',
  'download_expired',
  'internal_error',
  'sync_cancelled',
] as const satisfies Cause[]

/** Their texts name the reports but not whether these are retried. */
const causesWithoutState: readonly Cause[] = [
  'account_forbidden',
  'report_request_refused',
  'refused_by_amazon',
  'download_host_untrusted',
  'file_too_large',
]

const regionCauses = [
  'region_unreachable',
  'region_timeout',
  'region_throttled',
  'region_unreadable',
] as const

/** The causes whose text for agents shows the fact. */
const causesByFact: Readonly<Record<keyof typeof facts, readonly Cause[]>> = {
  regions: [
    ...regionCauses,
    'profiles_request_refused',
    'region_forbidden',
    'amazon_unreachable',
    'amazon_timeout',
    'amazon_unreadable',
    'throttled',
    'amazon_slow',
  ],
  failed: reportCauses,
  tried: reportCauses,
  dueAt: [...reportCauses.filter(cause => !causesWithoutState.includes(cause)), 'healthy'],
  detail: [
    'client_refused',
    'app_not_approved',
    'consent_request_refused',
    'amazon_consent_down',
    'login_request_refused',
    'account_unknown',
    'report_request_refused',
    'refused_by_amazon',
    'report_failed',
    'file_corrupt',
    'file_too_large',
    'file_unconfirmed',
    'download_rejected',
    'download_host_untrusted',
    'internal_error',
    'page_failed',
    'email_failed',
  ],
  products: ['brand_ads_empty'],
  until: ['disconnected', 'replaced', 'at_amazon', 'choosing'],
  syncDueSince: ['amazon_unreachable', 'throttled'],
  count: ['only_agencies', 'amazon_slow', 'figures_mismatch', 'duplicate_adopted', 'loading'],
  skewSeconds: ['clock_skewed'],
}

t.test('S-42 each cause has a unique name and complete sentences, with or without its facts', async t => {
  t.equal(new Set(causes.map(cause => causeTexts[cause].name)).size, causes.length)
  const texts = causes.flatMap(cause =>
    [minimalDetails, allDetails].flatMap(about => [
      sentence(cause, about),
      sentence(cause, about, { since }),
      sellerMessage(cause, about),
    ]),
  )
  t.strictSame(
    texts.filter(text => !/^[A-Z0-9“].{15,}\.$/u.test(text)),
    [],
  )
  t.strictSame(
    texts.filter(text => /undefined|null|NaN|Invalid| {2}| [.;,]/.test(text)),
    [],
  )
})

t.test('S-42 the sentence for an agent contains exactly the facts of its cause', async t => {
  for (const [name, [, text]] of Object.entries(facts)) {
    const { [name as keyof FindingDetails]: _, ...others } = allDetails
    const changed = causes.filter(cause => sentence(cause, allDetails) !== sentence(cause, others))
    t.strictSame(changed.toSorted(), causesByFact[name as keyof typeof facts].toSorted(), name)
    t.strictSame(
      changed.filter(cause => !sentence(cause, allDetails).includes(text)),
      [],
      name,
    )
  }
})

t.test('S-42 an unknown fact leaves no gap in a sentence', async t => {
  const about = { ...minimalDetails, tried: ['sb_campaigns'] } as const
  t.equal(
    sentence('download_rejected', { ...about, detail: 'NO' }).replace(' (Amazon: “NO”)', ''),
    sentence('download_rejected', about),
  )
  t.equal(
    sentence('amazon_timeout', { ...about, dueAt: hoursLater(1) }).replace(/; next try [\d: -]+ UTC/, ''),
    sentence('amazon_timeout', about),
  )
  for (const cause of regionCauses) {
    const [withoutCount, withCount] = [
      sellerMessage(cause, minimalDetails),
      sellerMessage(cause, { ...minimalDetails, count: 2 }),
    ]
    let commonLength = 0
    while (withoutCount[commonLength] === withCount[commonLength]) commonLength += 1
    t.ok(
      withCount.length > withoutCount.length && withCount.endsWith(withoutCount.slice(commonLength)),
      cause,
    )
  }
})

t.test('S-42 the sentence for an agent gives the start time where that helps', async t => {
  const datedCauses = causes.filter(cause =>
    sentence(cause, allDetails, { since }).includes('2026-05-12 07:00 UTC'),
  )
  t.strictSame(datedCauses, [
    'plan_lapsed',
    'grant_revoked',
    'marked_unauthorised',
    'worker_down',
    'queue_delayed',
    'throttled',
    'amazon_slow',
    'disconnected',
    'replaced',
    'loading',
  ])
})

t.test('S-42 the text for the seller names the affected regions, products and times', async t => {
  for (const cause of [...regionCauses, 'region_forbidden'] as const)
    t.match(sellerMessage(cause, allDetails), 'North America and Europe')
  for (const cause of regionCauses)
    t.not(sellerMessage(cause, { count: 0 }), sellerMessage(cause, { count: 2 }))
  for (const cause of ['blocked_by_limit', 'other_amazon_account'] as const)
    t.not(
      sellerMessage(cause),
      sellerMessage(cause, { until: hoursLater(1) }),
      'whether the picker is still open',
    )
  for (const cause of ['disconnected', 'replaced'] as const)
    t.match(sellerMessage(cause, allDetails), 'before 2026-05-12 14:00 UTC')
  t.match(sellerMessage('brand_ads_empty', allDetails), 'Sponsored Brands and Sponsored Display')
})

t.test('S-42 up to four reports are named, of more than four only three', async t => {
  const reportNames = (failed: FindingDetails['failed'], tried?: FindingDetails['tried']) =>
    /Amazon rejected (.*) with/.exec(
      sentence('refused_by_amazon', { ...(failed && { failed }), ...(tried && { tried }) }),
    )?.[1]
  const four = ['sp_campaigns', 'sb_campaigns', 'sd_campaigns', 'sp_targeting'] as const
  t.equal(reportNames(['sp_campaigns'], ['sp_campaigns']), 'Sponsored Products campaigns')
  t.equal(
    reportNames([...four]),
    'Sponsored Products campaigns, Sponsored Brands campaigns, Sponsored Display campaigns and Sponsored Products targeting',
  )
  t.equal(
    reportNames([...four], ['sb_targeting']),
    'Sponsored Products campaigns, Sponsored Brands campaigns, Sponsored Display campaigns and 2 more',
  )
  t.equal(reportNames(undefined), '')
})

t.test('S-42 the sentence for an agent says whether a report is retried', async t => {
  const reportState = (about: FindingDetails) => sentence('report_lost', about).split('; ').slice(1)
  t.match(reportState({ tried: ['sp_campaigns'] }), [/retried/])
  t.match(reportState({ tried: ['sp_campaigns'], failed: ['sb_campaigns'], dueAt: hoursLater(1) }), [
    /retried/,
    /13:00/,
  ])
  t.match(reportState({ failed: ['sp_campaigns'] }), [/failed/])
  t.match(reportState({}), [/resolved/])
})

t.test('S-42 without reports, a throttled or unreachable region is shown as delaying syncs', async t => {
  for (const cause of ['throttled', 'amazon_unreachable'] as const) {
    const withoutReports = sentence(cause, { regions: ['fe'], syncDueSince: hoursLater(3) })
    t.match(withoutReports, /Far East.*2026-05-12 15:00 UTC/)
    for (const reports of [{ failed: ['sp_campaigns'] }, { tried: ['sp_campaigns'] }] as const)
      t.match(sentence(cause, { regions: ['fe'], ...reports }), 'Sponsored Products campaigns')
    t.not(sentence(cause, { regions: ['fe'] }), sentence(cause, { regions: ['fe'], failed: [] }))
  }
})

t.test('S-42 a clock difference is given in minutes', async t => {
  const difference = (skewSeconds: number) =>
    / is (.*) ours/.exec(sentence('clock_skewed', { skewSeconds }))?.[1]
  t.equal(difference(60), '1 minute ahead of')
  t.equal(difference(-60), '1 minute behind')
  t.equal(difference(-150), '3 minutes behind')
  t.equal(difference(120), '2 minutes ahead of')
})

t.test('S-42 a sentence reads correctly for one, several or an unknown number', async t => {
  t.match(sentence('only_agencies', { count: 1 }), 'one agency or Amazon Attribution account ')
  t.match(sentence('only_agencies', { count: 2 }), '2 agency or Amazon Attribution accounts ')
  t.match(sentence('only_agencies'), '0 agency or Amazon Attribution accounts ')
  t.match(sentence('amazon_slow'), '5 minutes')
  t.match(sentence('figures_mismatch'), /^0 /)
  t.match(sentence('loading'), /^0 /)
  t.match(sentence('duplicate_adopted'), ' 1 of ')
  for (const cause of ['internal_error', 'page_failed', 'email_failed'] as const)
    t.match(sentence(cause), /\([a-z ]+\)/)
})

t.test('S-27 S-42 an agent sees whether a closed connection’s data still exists', async t => {
  for (const cause of ['disconnected', 'replaced'] as const) t.match(sentence(cause), 'data erased')
})

t.test('S-43 only admins can change plans and roles', async t => {
  t.strictSame(agentActions.filter(isAdminOnly), ['change_plan', 'change_role'])
})
