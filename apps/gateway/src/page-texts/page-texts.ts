import type { SimulatedBehaviour } from '@cordee/contracts/billing/card-simulator';
import type { Locale } from '@cordee/contracts/values';
import type * as z from 'zod';
import { de } from './page-texts.de.ts';
import { en } from './page-texts.en.ts';
import { es } from './page-texts.es.ts';
import { fr } from './page-texts.fr.ts';
import { it } from './page-texts.it.ts';

/** The texts of a page with one form of one field. */
export interface FormTexts {
  title: string;
  label: string;
  hint: string;
  action: string;
  /** Shown after the request has succeeded. */
  done: string;
}

/**
 * The texts, in one language, of the pages that links in mails open, and of the pages of card payments. The texts are
 * inserted into HTML without escaping.
 */
export interface PageTexts {
  unreachable: string;
  confirm: FormTexts;
  forgottenPassword: FormTexts;
  passwordReset: FormTexts;
  signIn: { email: string; password: string; code: string; codeHint: string };
  signUp: { openForm: string; name: string; password: string; passwordHint: string };
  invitation: {
    title: string;
    intro: string;
    signIn: string;
    signUp: string;
    openDeclineForm: string;
    decline: string;
    accountExists: string;
    accepted: string;
    declined: string;
  };
  transfer: {
    title: string;
    intro: string;
    signIn: string;
    email: string;
    emailHint: string;
    signUp: string;
    signedUp: string;
    notTransferred: string;
    organization: string;
    newOrganization: string;
    accept: string;
    decline: string;
    accepted: string;
    declined: string;
    product: string;
    from: string;
    price: string;
    /** The price of one interval. A net amount replaces `{price}`. */
    monthly: string;
    yearly: string;
    priceUnknown: string;
    due: string;
    dueUnknown: string;
    people: string;
    validUntil: string;
    /** Label and value of the row that is shown when the product is blocked. */
    blocked: string;
    blockedValue: string;
  };
  /** The page to which a payer returns. */
  cardPayment: { title: string; text: string };
  cardSimulator: {
    title: string;
    intro: string;
    amount: string;
    /** Shown in place of the amount when the link stores a card. */
    noAmount: string;
    card: string;
    pay: string;
    confirmHint: string;
    confirm: string;
    accepted: string;
    declined: string;
    declinedForGood: string;
    closed: string;
    back: string;
  } & Record<z.output<typeof SimulatedBehaviour>, string>;
}

export const pageTexts: Readonly<Record<Locale, PageTexts>> = { de, en, es, fr, it };
