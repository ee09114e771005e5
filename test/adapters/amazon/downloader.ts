/** Downloads the files at these URLs in turn; nothing else keeps the process alive. */
import { AmazonAdvertisingReports } from '../../../src/adapters/amazon/advertising-reports.ts'
import { downloadLimits } from '../../../src/adapters/amazon/download.ts'
import { isAmazonFailure } from '../../../src/application/amazon-failure.ts'
import { Secret } from '../../../src/domain/secret.ts'
import { amazonSettingsAt } from '../../support/product/amazon-settings.ts'

for (const address of process.argv.slice(2)) {
  const limits = address.endsWith('/silent') ? { ...downloadLimits, silence: 300 } : downloadLimits
  const reports = new AmazonAdvertisingReports(amazonSettingsAt(new URL(address).origin), limits)
  let outcome = 'whole'
  try {
    for await (const _ of reports.download({ urls: [new Secret(address)] }, new AbortController().signal)) {
      if (!address.endsWith('/left')) continue
      outcome = 'left'
      break
    }
  } catch (error) {
    outcome = isAmazonFailure(error) ? error.kind : 'unknown'
  }
  process.stdout.write(`${outcome}\n`)
}
