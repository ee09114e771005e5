import type { NoticeTexts } from '../shell-model.ts'
import { type CallbackNotice, callbackNotices } from './callback-notices.ts'
import { type SellerNotice, sellerNotices } from './seller-notices.ts'
import { type StaffNotice, staffNotices } from './staff-notices.ts'

/** A closed list: a URL can't put its own text on a page. */
export type NoticeCode = CallbackNotice | SellerNotice | StaffNotice

export const noticeText: NoticeTexts<NoticeCode> = { ...callbackNotices, ...sellerNotices, ...staffNotices }
