import type { Shell } from '../../src/adapters/fastify/page-models/shell.ts'

/** What every page of a seller has around it. */
export const sampleShell: Shell = {
  title: 'Ads',
  csrf: 'csrf-token',
  person: { name: 'Sam Seller', email: 'seller@demo.test' },
  switcher: null,
  notice: null,
  supportEmail: 'support@1smart.link',
}
