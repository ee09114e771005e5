import { buildStandIns, lackOfBuilder } from './stand-ins.ts'

/** `npm run images`: builds the stand-ins for the official images, for machines without a registry. */
const lack = await lackOfBuilder()
if (lack) {
  process.stderr.write(`${lack}\n`)
  process.exit(1)
}
await buildStandIns(line => void process.stdout.write(`${line}\n`))
