import { cardTexts } from './card-texts.ts';
import type { MailTexts } from './mail-texts.ts';

/** Lines with a placeholder without a value are omitted; `each` is repeated for each item of the mail. */
export const en: MailTexts = {
  greeting: 'Hello {name},',
  labels: {
    document: 'Document',
    amount: 'Amount',
    open: 'Still open',
    due: 'Due on',
    iban: 'Payee account',
    reference: 'Reference',
    countedUntil: 'Payments considered until',
  },
  verify: 'Number of this message: {number}. Sign in and enter this number to check that the message is genuine.',
  automatic: 'This message was sent automatically.',
  roles: {
    legal_representative: 'legal representative',
    administrator: 'administrator',
    collaborator: 'collaborator',
    external: 'external',
  },
  reasons: {
    overpaid: 'more was paid than was due',
    amount_too_low: 'less was paid than was due',
    wrong_currency: 'the payment was in another currency',
    reference_already_settled: 'the reference of the payment belongs to a debt that is already settled',
    reference_cancelled: 'the reference of the payment belongs to a debt that was cancelled',
    reference_expired: 'the reference of the payment belongs to a pro forma that has expired',
    reference_unknown: 'the reference of the payment is not known',
    reference_invalid: 'the reference of the payment is not valid',
    reference_missing: 'the payment had no reference',
    standing_order: 'the payment had your reference for standing orders',
    top_up: 'you topped up the account',
    used: 'an invoice was paid from the account',
    reversed: 'a booking was reversed',
    refunded: 'a refund went to the account',
  },
  refusals: {
    ADDRESS_MISSING: 'there is no billing address',
    NO_VAT_REGISTRATION: 'we do not sell to the place of the billing address',
    PRICE_MISSING: 'the product is no longer sold in this form',
    PERIOD_CHARGED: 'the period was already charged to another organization',
    other: 'the invoice could not be created',
  },
  rights: { read: 'read', view: 'view', change: 'view and change', manage: 'view, change and manage' },
  peopleCount: { one: '{count} person', other: '{count} people' },
  documents: { pro_forma: 'Pro forma', invoice: 'Invoice', credit_note: 'Credit note', receipt: 'Receipt' },
  hiddenDocument: 'an invoice of {organization}',
  noEnd: 'further notice',
  kinds: {
    sign_up_confirmation: {
      subject: 'Confirm your address',
      lines: [
        'To finish signing up, open the link and type the password that you chose. The link is good for 24 hours.',
        'If you did not sign up, ignore this message: nothing happens.',
      ],
      link: 'Confirm the address',
    },
    account_exists: {
      subject: 'You already have an account',
      lines: [
        'Somebody, perhaps you, signed up with this address. It already has an account: sign in instead.',
        'If it was not you, ignore this message: nothing has changed.',
      ],
    },
    password_guessing: {
      subject: 'Somebody is trying to sign in to your account',
      lines: [
        'By {day} at {time}, {attempts} attempts to sign in to your account with a password had failed.',
        'Further attempts must now wait, also with the right password. Devices on which you have signed in since ' +
          'your last change of the password do not have to wait.',
        'If it was you, you need not do anything. If it was not you, set up a second factor, and choose another ' +
          'password if you use this one elsewhere too.',
      ],
    },
    password_reset: {
      subject: 'Choose a new password',
      lines: [
        'With this link you choose a new password for your account. The link is good for one hour and works once. ' +
          'If you ask for another link, this one stops working.',
        'If you did not ask for the link, ignore this message: your password stays the same.',
      ],
      link: 'Choose a new password',
    },
    password_changed: {
      subject: 'Your password was changed',
      lines: [
        'On {day} at {time}, the password of your account was changed. Your sessions on other devices have ended. ' +
          'API tokens are still valid.',
        'If it was you, you need not do anything.',
        'If it was not you, choose a new password now, then check your API tokens and your second factor.',
      ],
      link: 'Request a link to choose a new password',
    },
    invitation: {
      subject: 'You are invited to an organization',
      lines: [
        '{inviter} invites you to an organization. Your role: {role}.',
        'Name of the organization: {organization}',
        'The invitation is good until {expires}.',
        'The invitation is for the address {boundTo} only.',
      ],
      link: 'Accept the invitation',
    },
    invited_teams_missed: {
      subject: '{person} could not join every team',
      each: [
        '{person} could not join the team {deletedTeam}: it was deleted meanwhile.',
        '{person} could not join the team {closedTeam}: it is for members of {organization} only.',
        '{person} could not join the team {unknownTeam}: {organization} has no such team.',
      ],
      lines: [
        '{person} has accepted your invitation and belongs to {organization}. You can add this person to other ' +
          'teams at any time.',
      ],
    },
    role_changed: {
      subject: 'Your role at {organization} has changed',
      lines: ['Your role at {organization} was changed by {by}.', 'Before: {before}. Now: {after}.'],
    },
    role_offered: {
      subject: 'You are asked to become {after} of {organization}',
      lines: [
        '{by} asks you to become {after} of {organization}.',
        'The role takes effect when you sign in and accept it.',
      ],
    },
    reminders_switched_on: {
      subject: 'Your reminders for {organization} are on again',
      lines: [
        'You are now the only legal representative of {organization}, so your reminders by e-mail were switched on ' +
          'again.',
        'You can switch them off as soon as there is a second legal representative.',
      ],
    },
    pro_forma: {
      subject: 'Pro forma {document} of {organization}',
      lines: [
        'Thank you for your order. You find the pro forma {orderProForma} in your documents. Your order starts when ' +
          'the pro forma is paid.',
        'The pro forma {renewalProForma} for the renewal of your products is in your documents. The products are ' +
          'renewed when the pro forma is paid.',
      ],
    },
    receipt: { subject: 'Paid: {document} of {organization}', lines: ['{document} is paid. Thank you.'] },
    document_delivery: {
      subject: '{documentKind} {document}',
      lines: [
        'Here is the following document: {documentKind} {document}.',
        'Name of the organization: {organization}',
        'The products end on {productsEndOn}.',
        'The document is attached to this message: {attachedFile}',
        'You receive this message because your address is a mailbox for the documents of the organization.',
      ],
      link: 'Open the document (requires a sign-in)',
    },
    document_export: {
      subject: 'Your export of {count} documents',
      lines: [
        'Here is your export of {count} documents of {organization}.',
        'The file is attached to this message: {attachedFile}',
        'You can download the file until {availableUntil}, if you may still see the documents of the organization.',
      ],
      link: 'Download the file (requires a sign-in)',
    },
    invoice_part_paid: {
      subject: 'A part of {document} is paid',
      lines: [
        'A payment of {amount} with the value date {valueDate} was used for {document} of {organization}.',
        'Of {document}, {stillOpen} is still open. Pay this amount with the reference below.',
      ],
    },
    prepaid_credited: {
      subject: 'A payment was added to your prepaid account',
      lines: [
        '{amount} was added to the prepaid account of {organization}, because {reason}.',
        'The value date of the payment is {valueDate}.',
        'The payment named {document}, of which {coveredOpen} is still open. Pay this amount from the account, or ' +
          'with the reference below.',
        'The payment named {document}, of which {uncoveredOpen} is still open. Pay this amount with the reference ' +
          'below.',
        'The account pays open invoices in the currency of its money, unless you have switched this off. You can use ' +
          'the money at any time.',
      ],
    },
    ...cardTexts.en,
    renewal_notice: {
      subject: '{product} is due on {due}',
      lines: ['The paid period of {product} ends on {due}. Renew it before then so that nothing is interrupted.'],
    },
    automatic_renewal_notice: {
      subject: '{product} renews automatically',
      lines: [
        'The paid period of {product} ends on {due}. The product renews automatically shortly before; you need not ' +
          'do anything.',
      ],
    },
    automatic_renewal_failed: {
      subject: '{product} could not be renewed',
      lines: [
        // A line without all its values is omitted. Only one of the next two lines has all its values.
        'The automatic renewal of {product} for {amount} could not be paid from the prepaid account.',
        '{product} could not be renewed automatically, because {refusal}.',
        'The next attempt is on {next}.',
        'The paid period ends on {due}.',
      ],
    },
    warranty_notice: {
      subject: '{product} was renewed on credit',
      lines: [
        'Nobody paid for {product} in time, so the renewal warranty renewed it on credit. Nothing is interrupted, ' +
          'and there is no fee.',
        'Please pay the invoice by {heldUntil}. Without payment the product is blocked from {blockedFrom} on.',
      ],
    },
    invoice_reminder: {
      subject: 'Reminder: {document} is open',
      lines: [
        'We have not received a payment for {document} yet. If you have just paid, thank you: you can ignore this ' +
          'message. There is no fee for it.',
      ],
    },
    invoice_final_reminder: {
      subject: 'Last reminder: {document} is open',
      lines: ['We have still not received a payment for {document}. Please pay now so that nothing has to be blocked.'],
    },
    product_blocked: {
      subject: '{product} is blocked',
      lines: [
        '{product} of {organization} is blocked. People who manage products can still use it; for everybody else it ' +
          'is unavailable until the block ends. All rights stay as they are.',
        'Reason: {blockReason}',
      ],
    },
    product_in_maintenance: {
      subject: '{product} is in maintenance',
      lines: [
        '{product} of {organization} is in maintenance. Mail still arrives and is stored. People who manage ' +
          'products can still use the product; for everybody else the product is unavailable until the maintenance ' +
          'ends. All rights stay as they are.',
        'Reason: {blockReason}',
      ],
    },
    product_unblocked: {
      subject: '{product} can be used again',
      lines: [
        '{product} of {organization} is no longer blocked. Everybody can use it again, with the same rights as before.',
        'The block that was lifted: {blockReason}',
      ],
    },
    content_shared: {
      subject: 'New access to {resource}',
      each: [
        '{person} may now {right} what is in {resource}.',
        'The team {team} ({peopleCount}) may now {right} what is in {resource}.',
        '{joiner} joined the team {team} and may therefore {right} what is in {resource}.',
        'Everybody at {wholeOrganization}, but no externals, may now {right} what is in {resource}.',
        'In the team since: {joinedAt}. Added by: {addedBy}.',
        'Access given by: {by}. Since: {givenAt}. Until: {endsOn}.',
        'Reason: {grantReason}',
      ],
      lines: ['You receive this message because {resource} belongs to you.'],
    },
    transfer_offered: {
      subject: 'A product is offered to you',
      lines: [
        '{offerer} offers to transfer a product to you.',
        'Name of the product: {product}',
        'Name of the organization: {organization}',
        'Before you accept, you see the price, the next due date and what is not transferred. If you have no ' +
          'account yet, you can create one on the same page.',
        'The offer is good until {expires} and for this address only.',
      ],
      link: 'See the offer',
    },
    transfer_accepted: {
      subject: '{product} was taken over',
      lines: [
        '{receiver} has taken over {product} of {organization}: your offer was accepted.',
        'All access that {organization} gave to {product} has ended. Automatic renewal, billing address and renewal ' +
          'warranty are detached from the product. The documents stay with {organization}.',
      ],
    },
    transfer_declined: {
      subject: 'Your offer of {product} was declined',
      lines: [
        'Your offer to transfer {product} of {organization} was declined.',
        '{product} stays with {organization}, with all its access and settings. You can offer it again at any time.',
      ],
    },
    transfer_expired: {
      subject: 'Your offer of {product} has expired',
      lines: [
        'Nobody accepted your offer to transfer {product} of {organization} by {expires}.',
        '{product} stays with {organization}, with all its access and settings. You can offer it again at any time.',
      ],
    },
  },
};
