import type { Locale } from '@cordee/contracts/values';

/** The fixed texts of a receipt. */
interface ReceiptTexts {
  readonly title: string;
  readonly date: string;
  readonly valuedOn: string;
  readonly method: string;
  readonly methods: Readonly<Record<'bank_transfer' | 'card', string>>;
  readonly reversedOn: string;
  readonly amount: string;
  /** States that the receipt is no invoice and has no VAT. */
  readonly note: string;
}

export const receiptTexts: Readonly<Record<Locale, ReceiptTexts>> = {
  de: {
    title: 'Quittung',
    date: 'Datum',
    valuedOn: 'Zahlung (Valuta)',
    method: 'Zahlungsart',
    methods: { bank_transfer: 'Banküberweisung', card: 'Karte' },
    reversedOn: 'Zahlung rückgängig gemacht am',
    amount: 'Einzahlung auf das Guthabenkonto',
    note:
      'Diese Quittung bestätigt eine Einzahlung auf das Guthabenkonto. Sie ist keine Rechnung und enthält keine ' +
      'MWST. Die MWST steht auf den Rechnungen, die aus dem Guthaben bezahlt werden.',
  },
  fr: {
    title: 'Reçu',
    date: 'Date',
    valuedOn: 'Paiement (valeur)',
    method: 'Mode de paiement',
    methods: { bank_transfer: 'Virement bancaire', card: 'Carte' },
    reversedOn: 'Paiement annulé le',
    amount: 'Versement sur le compte prépayé',
    note:
      'Ce reçu confirme un versement sur le compte prépayé. Il n’est pas une facture et ne contient pas de TVA. ' +
      'La TVA figure sur les factures qui sont payées avec cet avoir.',
  },
  it: {
    title: 'Ricevuta',
    date: 'Data',
    valuedOn: 'Pagamento (valuta)',
    method: 'Modo di pagamento',
    methods: { bank_transfer: 'Bonifico bancario', card: 'Carta' },
    reversedOn: 'Pagamento annullato il',
    amount: 'Versamento sul conto prepagato',
    note:
      'Questa ricevuta conferma un versamento sul conto prepagato. Non è una fattura e non contiene IVA. ' +
      'L’IVA figura sulle fatture pagate con questo credito.',
  },
  en: {
    title: 'Receipt',
    date: 'Date',
    valuedOn: 'Payment (value date)',
    method: 'Payment method',
    methods: { bank_transfer: 'Bank transfer', card: 'Card' },
    reversedOn: 'Payment reversed on',
    amount: 'Payment to the prepaid account',
    note:
      'This receipt confirms a payment to the prepaid account. It is not an invoice and contains no VAT. ' +
      'The VAT is on the invoices that are paid from the account.',
  },
  es: {
    title: 'Recibo',
    date: 'Fecha',
    valuedOn: 'Pago (fecha valor)',
    method: 'Forma de pago',
    methods: { bank_transfer: 'Transferencia bancaria', card: 'Tarjeta' },
    reversedOn: 'Pago anulado el',
    amount: 'Ingreso en la cuenta de prepago',
    note:
      'Este recibo confirma un ingreso en la cuenta de prepago. No es una factura y no contiene IVA. ' +
      'El IVA figura en las facturas que se pagan con este saldo.',
  },
};
