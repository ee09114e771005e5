import type { Test } from 'tap'
import type { Verdict } from '../../../src/doctor/check.ts'
import type { Scene } from '../scene.ts'

export interface Break {
  readonly what: string
  /** The checks that must change; all others keep their result. */
  readonly lines: Readonly<Record<string, Verdict>>
  readonly message: RegExp
  readonly fix?: RegExp
  /** Breaks it. @returns how to undo that, or the settings that show it. */
  readonly by: (t: Test) => Promise<Readonly<Record<string, string>> | (() => unknown)>
}

export const breaking = ({ product, web, issue }: Scene) => ({
  settings: (its: Readonly<Record<string, string>>) => async () => its,
  sql: (active: string, undoing: string) => async () => {
    await product.query(active)
    return () => product.query(undoing)
  },
  switched: (its: Readonly<Record<string, unknown>>) => async () => {
    product.sandbox.controls.set(its)
    return () => product.sandbox.controls.reset()
  },
  shown: (its: Parameters<Scene['issue']>[0]) => async () => {
    web.show(issue(its))
    return () => web.show(issue())
  },
})
