import t from 'tap'
import {
  type AdsAccountStatus,
  type AmazonAccounts,
  explainEmptyProfileList,
  type FailedDiagnosticCall,
} from '../../../src/domain/connection/empty-profile-list.ts'

const noAccounts: AmazonAccounts = { linkedAccounts: 0, adsAccounts: [], unanswered: [] }
const failedManagerCall: FailedDiagnosticCall = { call: 'manager_accounts', region: 'eu', why: 'timeout' }
const failedAccountsCall: FailedDiagnosticCall = { call: 'ads_accounts', region: 'fe', why: 'unreachable' }

t.test('S-10 a manager account with linked accounts is the first explanation for an empty list', async t => {
  for (const adsAccounts of [[], ['CREATED'], ['PENDING', 'DISABLED']] as const)
    for (const unanswered of [[], [failedManagerCall], [failedAccountsCall, failedManagerCall]])
      t.strictSame(explainEmptyProfileList({ linkedAccounts: 1, adsAccounts, unanswered }), {
        why: 'manager_without_rights',
      })
})

t.test('S-10 a login without any account is explained as having no ads account', async t => {
  t.strictSame(explainEmptyProfileList(noAccounts), { why: 'no_ads_account' })
})

t.test('S-10 the account whose setup is most advanced explains an empty list', async t => {
  for (const [adsAccounts, why] of [
    [['CREATED'], 'no_campaign_yet'],
    [['PENDING', 'CREATED', 'DISABLED'], 'no_campaign_yet'],
    [['PENDING'], 'ads_account_pending'],
    [['PARTIALLY_CREATED'], 'ads_account_pending'],
    [['DISABLED', 'PENDING'], 'ads_account_pending'],
    [['DISABLED', 'PARTIALLY_CREATED'], 'ads_account_pending'],
    [['DISABLED', 'DISABLED'], 'ads_account_disabled'],
  ] as const satisfies readonly (readonly [readonly AdsAccountStatus[], string])[])
    t.strictSame(explainEmptyProfileList({ ...noAccounts, adsAccounts }), { why }, adsAccounts.join(' '))
})

t.test('S-10 a failed call is named when its answer could change the explanation', async t => {
  const everyAccount: readonly (readonly AdsAccountStatus[])[] = [[], ['CREATED'], ['PENDING'], ['DISABLED']]
  for (const adsAccounts of everyAccount) {
    const unanswered = [failedManagerCall]
    t.strictSame(explainEmptyProfileList({ ...noAccounts, adsAccounts, unanswered }), {
      why: 'unexplained',
      unanswered,
    })
  }
  for (const adsAccounts of [[], ['PENDING'], ['DISABLED']] as const) {
    const unanswered = [failedAccountsCall]
    t.strictSame(explainEmptyProfileList({ ...noAccounts, adsAccounts, unanswered }), {
      why: 'unexplained',
      unanswered,
    })
  }
})

t.test('S-10 an account that is set up explains the list even when another region failed', async t => {
  t.strictSame(
    explainEmptyProfileList({ ...noAccounts, adsAccounts: ['CREATED'], unanswered: [failedAccountsCall] }),
    { why: 'no_campaign_yet' },
  )
})
