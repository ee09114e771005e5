import { hours, minutes, seconds } from '../../src/domain/calendar.ts'
import { day, hour, type Scenario } from './scenario.ts'

/** Scenarios from the Connect button to the account picker. */
export const connecting: readonly Scenario[] = [
  {
    causes: ['never_connected'],
    sellersPer200: 3,
    startedMinutesAgo: [hour, 5 * day],
    steps: [],
  },
  {
    causes: ['plan_missing'],
    sellersPer200: 3,
    startedMinutesAgo: [hour, 3 * day],
    plan: null,
    steps: [
      seller => seller.startConnecting(),
      minutes(4),
      seller => seller.contactSupport('There is no button to connect my Amazon account. What am I missing?'),
    ],
  },
  {
    causes: ['plan_not_full_suite'],
    sellersPer200: 2,
    startedMinutesAgo: [hour, 4 * day],
    plan: 'listing_tools',
    steps: [seller => seller.startConnecting()],
  },
  {
    causes: ['consent_cancelled'],
    sellersPer200: 4,
    startedMinutesAgo: [0.3 * hour, 5 * day],
    steps: [
      seller => seller.startConnecting(),
      seconds(50),
      seller => seller.returnFromAmazon({ decision: 'cancel' }),
    ],
  },
  {
    causes: ['at_amazon'],
    sellersPer200: 2,
    startedMinutesAgo: [2, 15],
    steps: [seller => seller.startConnecting()],
  },
  {
    causes: ['callback_missing'],
    sellersPer200: 4,
    startedMinutesAgo: [hour, 3 * day],
    steps: [
      seller => seller.startConnecting(),
      minutes(20),
      seller =>
        seller.contactSupport('I allowed access at Amazon, and then nothing happened. It does not work.'),
    ],
  },
  {
    causes: ['callback_expired'],
    sellersPer200: 2,
    startedMinutesAgo: [hour, 2 * day],
    steps: [seller => seller.startConnecting(), minutes(44), seller => seller.returnFromAmazon()],
  },
  {
    causes: ['callback_other_browser'],
    sellersPer200: 2,
    startedMinutesAgo: [hour, 2 * day],
    steps: [
      seller => seller.startConnecting(),
      minutes(3),
      seller => seller.returnFromAmazon({ otherBrowser: true }),
    ],
  },
  {
    causes: ['callback_signed_out'],
    sellersPer200: 2,
    startedMinutesAgo: [hour, 2 * day],
    steps: [
      seller => seller.startConnecting(),
      minutes(12),
      seller => seller.returnFromAmazon({ signedOut: true }),
    ],
  },
  {
    causes: ['code_refused'],
    sellersPer200: 2,
    startedMinutesAgo: [hour, 2 * day],
    steps: [
      seller => seller.startConnecting(),
      minutes(1),
      seller => seller.returnFromAmazon({ fault: { call: 'token', fault: 'invalid_grant' } }),
    ],
  },
  {
    causes: ['login_unreachable'],
    sellersPer200: 2,
    startedMinutesAgo: [hour, 2 * day],
    steps: [
      seller => seller.startConnecting(),
      minutes(1),
      seller => seller.returnFromAmazon({ fault: { call: 'token', fault: '503' } }),
    ],
  },
  {
    causes: ['region_unreachable'],
    sellersPer200: 2,
    startedMinutesAgo: [5, 40],
    steps: [
      seller => seller.startConnecting(),
      minutes(1),
      seller => seller.returnFromAmazon({ fault: { call: 'profiles', region: 'EU', fault: '503' } }),
    ],
  },
  {
    causes: ['only_agencies'],
    sellersPer200: 1,
    startedMinutesAgo: [hour, 2 * day],
    amazonUser: 'agency-only',
    steps: [seller => seller.authorise()],
  },
  {
    causes: ['no_ads_account'],
    sellersPer200: 2,
    startedMinutesAgo: [hour, 2 * day],
    amazonUser: 'none',
    steps: [
      seller => seller.authorise(),
      minutes(6),
      seller => seller.contactSupport('It says that I have no profiles, but I do advertise on Amazon!'),
      hours(0.5),
      seller => seller.getReply('The Amazon login that you used has no advertising account yet.'),
    ],
  },
  {
    causes: ['manager_without_rights'],
    sellersPer200: 1,
    startedMinutesAgo: [hour, 2 * day],
    amazonUser: 'manager',
    steps: [seller => seller.authorise()],
  },
  {
    causes: ['no_campaign_yet'],
    sellersPer200: 1,
    startedMinutesAgo: [hour, 2 * day],
    amazonUser: 'no-campaign',
    steps: [seller => seller.authorise()],
  },
  {
    causes: ['region_forbidden'],
    sellersPer200: 1,
    startedMinutesAgo: [5, 40],
    amazonUser: 'suspended',
    steps: [seller => seller.authorise()],
  },
  {
    causes: ['choosing'],
    sellersPer200: 4,
    startedMinutesAgo: [3, 50],
    steps: [seller => seller.startConnecting(), seconds(40), seller => seller.returnFromAmazon()],
  },
  {
    causes: ['pending_expired'],
    sellersPer200: 5,
    startedMinutesAgo: [2 * hour, 4 * day],
    steps: [seller => seller.startConnecting(), seconds(45), seller => seller.returnFromAmazon()],
  },
  {
    causes: ['pending_discarded'],
    sellersPer200: 2,
    startedMinutesAgo: [hour, 3 * day],
    steps: [seller => seller.authorise(), minutes(9), seller => seller.discard()],
  },
  {
    causes: ['profile_not_eligible'],
    sellersPer200: 1,
    startedMinutesAgo: [5, 40],
    amazonUser: 'vendor-and-agency',
    steps: [seller => seller.authorise(), seconds(30), seller => seller.choose({ agency: true })],
  },
]
