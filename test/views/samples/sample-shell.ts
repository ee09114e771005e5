import type { Shell } from '../../../src/adapters/fastify/kit/shell-model.ts'

export const sampleShell: Shell = {
  title: 'Ads',
  csrf: 'csrf-token',
  user: { name: 'Sam Seller', email: 'seller@demo.test' },
  switcher: null,
  notice: null,
  help: {
    idempotencyKey: '3c1f2f44-6f0e-4b0e-9b61-0a6f6a6f4a10',
    account: '0f9d3f6e-2a34-4c55-9a0e-0d5f4b1c7e21',
    amazonEmail: 'jane@example.com',
    marketplace: 'Amazon.com',
    page: '/dashboard/ads/',
  },
  supportEmail: 'support@1smart.link',
  viewAs: null,
}
