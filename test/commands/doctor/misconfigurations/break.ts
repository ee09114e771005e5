import type { Test } from 'tap'
import type { Verdict } from '../../../../src/commands/doctor/check.ts'
import type { Scene } from '../scene.ts'

export interface Misconfiguration {
  /** Completes the test title "the doctor reports …". */
  readonly problem: string
  /** Checks whose result must change; all other results stay. */
  readonly verdicts: Readonly<Record<string, Verdict>>
  readonly message: RegExp
  readonly fix?: RegExp
  /** @returns a function that undoes the misconfiguration, or settings to run the doctor with. */
  readonly apply: (t: Test) => Promise<Readonly<Record<string, string>> | (() => unknown)>
}

export const misconfigurationHelpers = ({ product, web, issue }: Scene) => ({
  withSettings: (overrides: Readonly<Record<string, string>>) => async () => overrides,
  withSql: (statement: string, undoStatement: string) => async () => {
    await product.query(statement)
    return () => product.query(undoStatement)
  },
  withSandboxControls: (controls: Readonly<Record<string, unknown>>) => async () => {
    product.sandbox.controls.set(controls)
    return () => product.sandbox.controls.reset()
  },
  withCertificate: (options: Parameters<Scene['issue']>[0]) => async () => {
    web.useCertificate(issue(options))
    return () => web.useCertificate(issue())
  },
})
