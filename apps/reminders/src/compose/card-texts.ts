import type { Locale } from '@cordee/contracts/values';
import type { ReminderKind } from '../plan/reminder.ts';
import type { KindTexts } from './mail-texts.ts';

type CardKind = Extract<ReminderKind, `card_${string}`>;

/** The texts of mails about payments by card. */
export const cardTexts: Record<Locale, Record<CardKind, KindTexts>> = {
  de: {
    card_payment_failed: {
      subject: 'Ihre Karte hat {amount} nicht bezahlt',
      lines: [
        'Eine gespeicherte Karte von {organization} hat {amount} nicht bezahlt. Die Karte bleibt gespeichert; ' +
          'reserviertes Guthaben ist wieder frei.',
        'Die Zahlung war für {document}. Davon sind noch {stillOpen} offen. Bezahlen Sie diesen Betrag mit ' +
          'einer Karte, aus dem Guthaben oder mit der Referenz unten.',
      ],
    },
    card_declined: {
      subject: 'Eine gespeicherte Karte wurde endgültig abgelehnt',
      lines: [
        'Eine gespeicherte Karte von {organization} hat {amount} nicht bezahlt und wird nicht mehr belastet. ' +
          'Hinterlegen Sie eine andere Karte. Reserviertes Guthaben ist wieder frei.',
        'Die Zahlung war für {document}. Davon sind noch {stillOpen} offen. Bezahlen Sie diesen Betrag mit ' +
          'einer Karte, aus dem Guthaben oder mit der Referenz unten.',
      ],
    },
    card_authentication_required: {
      subject: 'Bitte bestätigen Sie eine Kartenzahlung',
      lines: [
        'Ihre Bank verlangt, dass Sie die Zahlung von {amount} für {organization} bestätigen. Die Karte ist ' +
          'nicht abgelehnt.',
        'Die Zahlung ist für {document}.',
      ],
      link: 'Zahlung bestätigen (mit Anmeldung)',
    },
    card_charged_back: {
      subject: 'Eine Kartenzahlung wurde zurückgezogen',
      lines: [
        'Die Bank des Zahlers hat {amount} einer Kartenzahlung von {organization} zurückgezogen.',
        'Dadurch sind für {document} wieder {stillOpen} offen. Bezahlen Sie diesen Betrag mit der Referenz unten.',
      ],
    },
  },
  en: {
    card_payment_failed: {
      subject: 'Your card did not pay {amount}',
      lines: [
        'A stored card of {organization} did not pay {amount}. The card stays stored; reserved prepaid money ' +
          'is free again.',
        'The payment was for {document}, of which {stillOpen} is still open. Pay this amount by card, from ' +
          'the prepaid account, or with the reference below.',
      ],
    },
    card_declined: {
      subject: 'A stored card was declined permanently',
      lines: [
        'A stored card of {organization} did not pay {amount} and is not charged any more. Store another ' +
          'card. Reserved prepaid money is free again.',
        'The payment was for {document}, of which {stillOpen} is still open. Pay this amount by card, from ' +
          'the prepaid account, or with the reference below.',
      ],
    },
    card_authentication_required: {
      subject: 'Please confirm a card payment',
      lines: [
        'Your bank asks you to confirm the payment of {amount} for {organization}. The card is not declined.',
        'The payment is for {document}.',
      ],
      link: 'Confirm the payment (requires a sign-in)',
    },
    card_charged_back: {
      subject: 'A card payment was taken back',
      lines: [
        'The bank of the payer took back {amount} of a card payment of {organization}.',
        'For {document}, {stillOpen} is open again. Pay this amount with the reference below.',
      ],
    },
  },
  es: {
    card_payment_failed: {
      subject: 'Su tarjeta no pagó {amount}',
      lines: [
        'Una tarjeta guardada de {organization} no pagó {amount}. La tarjeta sigue guardada; el saldo ' +
          'reservado vuelve a estar disponible.',
        'El pago era para {document}, del que quedan pendientes {stillOpen}. Pague este importe con tarjeta, ' +
          'desde la cuenta de prepago o con la referencia de abajo.',
      ],
    },
    card_declined: {
      subject: 'Una tarjeta guardada fue rechazada definitivamente',
      lines: [
        'Una tarjeta guardada de {organization} no pagó {amount} y ya no se le cobrará. Guarde otra tarjeta. ' +
          'El saldo reservado vuelve a estar disponible.',
        'El pago era para {document}, del que quedan pendientes {stillOpen}. Pague este importe con tarjeta, ' +
          'desde la cuenta de prepago o con la referencia de abajo.',
      ],
    },
    card_authentication_required: {
      subject: 'Confirme un pago con tarjeta',
      lines: [
        'Su banco le pide que confirme el pago de {amount} para {organization}. La tarjeta no está rechazada.',
        'El pago es para {document}.',
      ],
      link: 'Confirmar el pago (requiere iniciar sesión)',
    },
    card_charged_back: {
      subject: 'Un pago con tarjeta fue retirado',
      lines: [
        'El banco del pagador retiró {amount} de un pago con tarjeta de {organization}.',
        'Para {document}, vuelven a quedar pendientes {stillOpen}. Pague este importe con la referencia de abajo.',
      ],
    },
  },
  fr: {
    card_payment_failed: {
      subject: 'Votre carte n’a pas payé {amount}',
      lines: [
        'Une carte enregistrée de l’organisation {organization} n’a pas payé {amount}. La carte reste ' +
          'enregistrée ; l’argent réservé du compte prépayé est de nouveau disponible.',
        'Le paiement concernait {document}, dont {stillOpen} restent à payer. Payez ce montant par carte, ' +
          'depuis le compte prépayé ou avec la référence ci-dessous.',
      ],
    },
    card_declined: {
      subject: 'Une carte enregistrée a été refusée définitivement',
      lines: [
        'Une carte enregistrée de l’organisation {organization} n’a pas payé {amount} et ne sera plus ' +
          'débitée. Enregistrez une autre carte. L’argent réservé du compte prépayé est de nouveau disponible.',
        'Le paiement concernait {document}, dont {stillOpen} restent à payer. Payez ce montant par carte, ' +
          'depuis le compte prépayé ou avec la référence ci-dessous.',
      ],
    },
    card_authentication_required: {
      subject: 'Veuillez confirmer un paiement par carte',
      lines: [
        'Votre banque vous demande de confirmer le paiement de {amount} pour l’organisation {organization}. ' +
          'La carte n’est pas refusée.',
        'Le paiement concerne {document}.',
      ],
      link: 'Confirmer le paiement (connexion requise)',
    },
    card_charged_back: {
      subject: 'Un paiement par carte a été repris',
      lines: [
        'La banque du payeur a repris {amount} d’un paiement par carte de l’organisation {organization}.',
        'Pour {document}, {stillOpen} restent de nouveau à payer. Payez ce montant avec la référence ci-dessous.',
      ],
    },
  },
  it: {
    card_payment_failed: {
      subject: 'La sua carta non ha pagato {amount}',
      lines: [
        'Una carta salvata di {organization} non ha pagato {amount}. La carta resta salvata; il denaro ' +
          'riservato del conto prepagato è di nuovo disponibile.',
        'Il pagamento era per {document}, di cui restano da pagare {stillOpen}. Paghi questo importo con una ' +
          'carta, dal conto prepagato o con il riferimento qui sotto.',
      ],
    },
    card_declined: {
      subject: 'Una carta salvata è stata rifiutata definitivamente',
      lines: [
        'Una carta salvata di {organization} non ha pagato {amount} e non sarà più addebitata. Salvi un’altra ' +
          'carta. Il denaro riservato del conto prepagato è di nuovo disponibile.',
        'Il pagamento era per {document}, di cui restano da pagare {stillOpen}. Paghi questo importo con una ' +
          'carta, dal conto prepagato o con il riferimento qui sotto.',
      ],
    },
    card_authentication_required: {
      subject: 'Confermi un pagamento con carta',
      lines: [
        'La sua banca le chiede di confermare il pagamento di {amount} per {organization}. La carta non è ' +
          'rifiutata.',
        'Il pagamento è per {document}.',
      ],
      link: 'Confermare il pagamento (accesso richiesto)',
    },
    card_charged_back: {
      subject: 'Un pagamento con carta è stato ripreso',
      lines: [
        'La banca del pagatore ha ripreso {amount} di un pagamento con carta di {organization}.',
        'Per {document}, restano di nuovo da pagare {stillOpen}. Paghi questo importo con il riferimento qui ' +
          'sotto.',
      ],
    },
  },
};
