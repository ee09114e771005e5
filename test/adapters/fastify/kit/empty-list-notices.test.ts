import t from 'tap'
import { sellerVisibleText } from '../../../../src/adapters/fastify/console/cases/seller-visible-text.ts'
import { noticeText } from '../../../../src/adapters/fastify/kit/notices/notice-texts.ts'
import {
  adsPageUrl,
  noProfilesNotice,
  noticeOf,
} from '../../../../src/adapters/fastify/kit/notices/notices.ts'
import type { EmptyProfileListReason } from '../../../../src/domain/connection/empty-profile-list.ts'
import type { AttemptId } from '../../../../src/domain/identifiers.ts'
import { referenceOf } from '../../../../src/domain/timeline/reference.ts'
import { anId } from '../../../support/examples.ts'

const reasons: Readonly<Record<EmptyProfileListReason['why'], EmptyProfileListReason>> = {
  manager_without_rights: { why: 'manager_without_rights' },
  no_ads_account: { why: 'no_ads_account' },
  ads_account_pending: { why: 'ads_account_pending' },
  ads_account_disabled: { why: 'ads_account_disabled' },
  no_campaign_yet: { why: 'no_campaign_yet' },
  unexplained: { why: 'unexplained', unanswered: [] },
}
const attemptId = anId<AttemptId>()

t.test('S-10 each reason for an empty list has its own notice with a next step and a retry', async t => {
  const notices = Object.values(reasons).map(reason =>
    noticeOf(noProfilesNotice(0, reason), referenceOf(attemptId)),
  )
  for (const notice of notices) {
    t.match(notice?.title, /^No profiles available/)
    t.match(notice?.sentence, / We didn’t keep any credentials\.$/)
    t.equal(notice?.steps.length, 3)
    t.match(notice?.steps.join(' '), /advertising\.amazon\.com|administrator/)
    t.equal(notice?.hasConnectButton, true)
    t.equal(notice?.link?.href, '/dashboard/help/troubleshooting#no-profiles')
    t.match(notice?.reference, /^\w{4}-\w{4}$/)
  }
  t.equal(new Set(notices.map(notice => notice?.title)).size, notices.length)
  t.equal(new Set(notices.map(notice => notice?.sentence)).size, notices.length)
})

t.test('S-10 the page after the redirect and the console show the same text', async t => {
  for (const reason of Object.values(reasons)) {
    const address = new URL(adsPageUrl(noProfilesNotice(0, reason), attemptId), 'http://x')
    const [code, reference] = ['notice', 'ref'].map(name => address.searchParams.get(name) ?? undefined)
    const notice = noticeOf(code, reference)
    t.equal(notice?.reference, referenceOf(attemptId))
    t.equal(
      sellerVisibleText({ kind: 'no_profiles', agencies: 0, reason }),
      `${notice?.title}. ${notice?.sentence}`,
    )
  }
})

t.test('S-10 S-44 without a reason the notice says that Amazon gave none', async t => {
  t.equal(noProfilesNotice(0, null), 'no_profiles')
  t.equal(noProfilesNotice(0, undefined), 'no_profiles')
  t.equal(noProfilesNotice(2, null), 'agencies_only')
  t.match(sellerVisibleText({ kind: 'no_profiles', agencies: 0 }), noticeText.no_profiles.sentence)
  t.match(sellerVisibleText({ kind: 'no_profiles', agencies: 3 }), noticeText.agencies_only.sentence)
})
