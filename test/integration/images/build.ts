import { buildStandIns, whyNoBuilder } from './stand-ins.ts'

/** `npm run images`: builds the stand-ins for the official images, for machines without a registry. */
const planRestriction = await whyNoBuilder()
if (planRestriction) {
  process.stderr.write(`${planRestriction}\n`)
  process.exit(1)
}
await buildStandIns(line => void process.stdout.write(`${line}\n`))
