import type { DocumentKind, DocumentLanguage, StampedKind } from './document-content.ts';

/** Fixed texts of a document. {@link fill} replaces placeholders such as `{date}`. */
interface DocumentTexts {
  readonly title: Readonly<Record<DocumentKind, string>>;
  readonly page: string;
  readonly date: string;
  readonly due: string;
  readonly validUntil: string;
  readonly paidOn: string;
  readonly corrects: string;
  readonly buyerVatNumber: string;
  readonly buyerReference: string;
  readonly purchaseOrder: string;
  readonly costCentre: string;
  readonly mailboxes: string;
  readonly vatNumber: string;
  readonly description: string;
  readonly quantity: string;
  readonly unitPrice: string;
  readonly vat: string;
  readonly amount: string;
  readonly netTotal: string;
  readonly vatOn: string;
  readonly grossTotal: string;
  /** The total of a document outside of the scope of VAT. */
  readonly total: string;
  readonly rounding: string;
  readonly creditedAmount: string;
  readonly paidAmount: string;
  readonly reservedAmount: string;
  readonly toPay: string;
  readonly stamps: Readonly<Record<StampedKind, string>>;
  readonly notes: Readonly<Record<DocumentKind, string>>;
  readonly reverseCharge: string;
  readonly outOfScope: string;
  /** Refers to the pro forma with the other products of the order. */
  readonly relatedProForma: string;
  readonly reason: string;
  /** States whether the products of a credited invoice continue. */
  readonly productEffects: Readonly<Record<'continues' | 'ends', string>>;
  readonly payTo: string;
  /** The label of the EPC QR code. */
  readonly epcCode: string;
  readonly reference: string;
}

/** The texts in each language. DOC-4 requires the note of the pro forma. */
export const documentTexts: Readonly<Record<DocumentLanguage, DocumentTexts>> = {
  de: {
    title: {
      pro_forma: 'Proforma-Rechnung',
      cancelled_pro_forma: 'Proforma-Rechnung',
      open_invoice: 'Rechnung',
      paid_invoice: 'Rechnung',
      credited_invoice: 'Rechnung',
      written_off_invoice: 'Rechnung',
      credit_note: 'Gutschrift',
    },
    page: 'Seite',
    date: 'Datum',
    due: 'Zahlbar bis',
    validUntil: 'Gültig bis',
    paidOn: 'Bezahlt (Valuta)',
    corrects: 'Zu Rechnung',
    buyerVatNumber: 'Ihre MWST-Nr.',
    buyerReference: 'Ihre Referenz',
    purchaseOrder: 'Bestellnummer',
    costCentre: 'Kostenstelle',
    mailboxes: 'Per E-Mail an',
    vatNumber: 'MWST-Nr.',
    description: 'Leistung',
    quantity: 'Menge',
    unitPrice: 'Einzelpreis',
    vat: 'MWST',
    amount: 'Betrag',
    netTotal: 'Total ohne MWST',
    vatOn: 'MWST {rate} auf {net}',
    grossTotal: 'Total inkl. MWST',
    total: 'Total',
    rounding: 'Rundung',
    creditedAmount: 'Gutgeschrieben',
    paidAmount: 'Bereits bezahlt',
    reservedAmount: 'Aus Ihrem Guthaben reserviert',
    toPay: 'Zu bezahlen',
    stamps: {
      open_invoice: 'Nicht definitiv',
      paid_invoice: 'Bezahlt',
      credited_invoice: 'Gutgeschrieben',
      written_off_invoice: 'Abgeschrieben',
      cancelled_pro_forma: 'Storniert',
    },
    notes: {
      pro_forma:
        'Diese Proforma-Rechnung hat keinen rechtlichen, steuerlichen oder buchhalterischen Wert und berechtigt ' +
        'nicht zum Vorsteuerabzug. Die Rechnung wird ausgestellt, sobald der ganze Betrag bezahlt ist.',
      cancelled_pro_forma:
        'Diese Proforma-Rechnung ist storniert. Bitte bezahlen Sie sie nicht: Es wird keine Rechnung dafür ' +
        'ausgestellt. Sie hat keinen rechtlichen, steuerlichen oder buchhalterischen Wert und berechtigt nicht zum ' +
        'Vorsteuerabzug.',
      open_invoice:
        'Diese Darstellung der offenen Rechnung ist nicht definitiv. ' +
        'Die definitive Rechnung steht bereit, sobald sie bezahlt ist.',
      paid_invoice: 'Der Betrag ist mit Valuta {date} bezahlt. Vielen Dank.',
      credited_invoice: 'Diese Rechnung ist ganz gutgeschrieben. Es ist nichts mehr zu bezahlen.',
      written_off_invoice: 'Der offene Betrag dieser Rechnung ist abgeschrieben.',
      credit_note: 'Diese Gutschrift berichtigt die genannte Rechnung.',
    },
    reason: 'Grund',
    productEffects: { continues: 'Die Produkte laufen weiter.', ends: 'Die Produkte enden am {date}.' },
    reverseCharge: 'Steuerschuldnerschaft des Leistungsempfängers (Reverse Charge).',
    outOfScope: 'Nicht der Mehrwertsteuer unterstellt (ausserhalb des Geltungsbereichs).',
    relatedProForma: 'Die übrigen Produkte dieser Bestellung stehen auf der Proforma-Rechnung {number}.',
    payTo: 'Zahlbar an',
    epcCode: 'SEPA-Überweisung (EPC-QR-Code)',
    reference: 'Referenz',
  },
  fr: {
    title: {
      pro_forma: 'Facture pro forma',
      cancelled_pro_forma: 'Facture pro forma',
      open_invoice: 'Facture',
      paid_invoice: 'Facture',
      credited_invoice: 'Facture',
      written_off_invoice: 'Facture',
      credit_note: 'Note de crédit',
    },
    page: 'Page',
    date: 'Date',
    due: 'Payable jusqu’au',
    validUntil: 'Valable jusqu’au',
    paidOn: 'Payée (valeur)',
    corrects: 'Concerne la facture',
    buyerVatNumber: 'Votre n° TVA',
    buyerReference: 'Votre référence',
    purchaseOrder: 'N° de commande',
    costCentre: 'Centre de coûts',
    mailboxes: 'Par e-mail à',
    vatNumber: 'N° TVA',
    description: 'Prestation',
    quantity: 'Quantité',
    unitPrice: 'Prix unitaire',
    vat: 'TVA',
    amount: 'Montant',
    netTotal: 'Total hors TVA',
    vatOn: 'TVA {rate} sur {net}',
    grossTotal: 'Total TVA comprise',
    total: 'Total',
    rounding: 'Arrondi',
    creditedAmount: 'Crédité',
    paidAmount: 'Déjà payé',
    reservedAmount: 'Réservé sur votre compte prépayé',
    toPay: 'À payer',
    stamps: {
      open_invoice: 'Non définitive',
      paid_invoice: 'Payée',
      credited_invoice: 'Créditée',
      written_off_invoice: 'Amortie',
      cancelled_pro_forma: 'Annulée',
    },
    notes: {
      pro_forma:
        'Cette facture pro forma n’a aucune valeur légale, fiscale ou comptable et ne donne pas droit à la déduction ' +
        'de l’impôt préalable. La facture est établie dès que le montant entier est payé.',
      cancelled_pro_forma:
        'Cette facture pro forma est annulée. Ne la payez pas : aucune facture ne sera établie. Elle n’a aucune ' +
        'valeur légale, fiscale ou comptable et ne donne pas droit à la déduction de l’impôt préalable.',
      open_invoice:
        'Cette représentation de la facture ouverte n’est pas définitive. ' +
        'La facture définitive est disponible dès qu’elle est payée.',
      paid_invoice: 'Le montant est payé, valeur {date}. Merci beaucoup.',
      credited_invoice: 'Cette facture est entièrement créditée. Il n’y a plus rien à payer.',
      written_off_invoice: 'Le montant ouvert de cette facture est amorti.',
      credit_note: 'Cette note de crédit corrige la facture mentionnée.',
    },
    reason: 'Motif',
    productEffects: { continues: 'Les produits continuent.', ends: 'Les produits prennent fin le {date}.' },
    reverseCharge: 'Autoliquidation de la TVA par le destinataire de la prestation (reverse charge).',
    outOfScope: 'Hors du champ d’application de la TVA.',
    relatedProForma: 'Les autres produits de cette commande figurent sur la facture pro forma {number}.',
    payTo: 'Payable à',
    epcCode: 'Virement SEPA (code QR EPC)',
    reference: 'Référence',
  },
  it: {
    title: {
      pro_forma: 'Fattura pro forma',
      cancelled_pro_forma: 'Fattura pro forma',
      open_invoice: 'Fattura',
      paid_invoice: 'Fattura',
      credited_invoice: 'Fattura',
      written_off_invoice: 'Fattura',
      credit_note: 'Nota di credito',
    },
    page: 'Pagina',
    date: 'Data',
    due: 'Pagabile entro il',
    validUntil: 'Valida fino al',
    paidOn: 'Pagata (valuta)',
    corrects: 'Relativa alla fattura',
    buyerVatNumber: 'Vostro n. IVA',
    buyerReference: 'Vostro riferimento',
    purchaseOrder: 'N. d’ordine',
    costCentre: 'Centro di costo',
    mailboxes: 'Per e-mail a',
    vatNumber: 'N. IVA',
    description: 'Prestazione',
    quantity: 'Quantità',
    unitPrice: 'Prezzo unitario',
    vat: 'IVA',
    amount: 'Importo',
    netTotal: 'Totale senza IVA',
    vatOn: 'IVA {rate} su {net}',
    grossTotal: 'Totale IVA inclusa',
    total: 'Totale',
    rounding: 'Arrotondamento',
    creditedAmount: 'Accreditato',
    paidAmount: 'Già pagato',
    reservedAmount: 'Riservato dal conto prepagato',
    toPay: 'Da pagare',
    stamps: {
      open_invoice: 'Non definitiva',
      paid_invoice: 'Pagata',
      credited_invoice: 'Accreditata',
      written_off_invoice: 'Stralciata',
      cancelled_pro_forma: 'Annullata',
    },
    notes: {
      pro_forma:
        'Questa fattura pro forma non ha alcun valore legale, fiscale o contabile e non dà diritto alla deduzione ' +
        'dell’imposta precedente. La fattura è emessa non appena l’intero importo è pagato.',
      cancelled_pro_forma:
        'Questa fattura pro forma è annullata. Non la paghi: non sarà emessa alcuna fattura. Non ha alcun valore ' +
        'legale, fiscale o contabile e non dà diritto alla deduzione dell’imposta precedente.',
      open_invoice:
        'Questa rappresentazione della fattura aperta non è definitiva. ' +
        'La fattura definitiva è disponibile non appena è pagata.',
      paid_invoice: 'L’importo è pagato con valuta {date}. Grazie mille.',
      credited_invoice: 'Questa fattura è interamente accreditata. Non c’è più nulla da pagare.',
      written_off_invoice: 'L’importo aperto di questa fattura è stralciato.',
      credit_note: 'Questa nota di credito corregge la fattura indicata.',
    },
    reason: 'Motivo',
    productEffects: { continues: 'I prodotti continuano.', ends: 'I prodotti terminano il {date}.' },
    reverseCharge: 'Inversione contabile: l’IVA è dovuta dal destinatario della prestazione (reverse charge).',
    outOfScope: 'Fuori del campo di applicazione dell’IVA.',
    relatedProForma: 'Gli altri prodotti di questo ordine figurano sulla fattura pro forma {number}.',
    payTo: 'Pagabile a',
    epcCode: 'Bonifico SEPA (codice QR EPC)',
    reference: 'Riferimento',
  },
  en: {
    title: {
      pro_forma: 'Pro forma invoice',
      cancelled_pro_forma: 'Pro forma invoice',
      open_invoice: 'Invoice',
      paid_invoice: 'Invoice',
      credited_invoice: 'Invoice',
      written_off_invoice: 'Invoice',
      credit_note: 'Credit note',
    },
    page: 'Page',
    date: 'Date',
    due: 'Due by',
    validUntil: 'Valid until',
    paidOn: 'Paid (value date)',
    corrects: 'Corrects invoice',
    buyerVatNumber: 'Your VAT no.',
    buyerReference: 'Your reference',
    purchaseOrder: 'Purchase order',
    costCentre: 'Cost centre',
    mailboxes: 'By e-mail to',
    vatNumber: 'VAT no.',
    description: 'Service',
    quantity: 'Quantity',
    unitPrice: 'Unit price',
    vat: 'VAT',
    amount: 'Amount',
    netTotal: 'Total excluding VAT',
    vatOn: 'VAT {rate} on {net}',
    grossTotal: 'Total including VAT',
    total: 'Total',
    rounding: 'Rounding',
    creditedAmount: 'Credited',
    paidAmount: 'Already paid',
    reservedAmount: 'Reserved from prepaid',
    toPay: 'To pay',
    stamps: {
      open_invoice: 'Not definitive',
      paid_invoice: 'Paid',
      credited_invoice: 'Credited',
      written_off_invoice: 'Written off',
      cancelled_pro_forma: 'Cancelled',
    },
    notes: {
      pro_forma:
        'This pro forma invoice has no legal, fiscal or accounting value and gives no right to deduct input tax. ' +
        'The invoice is issued as soon as the whole amount is paid.',
      cancelled_pro_forma:
        'This pro forma invoice is cancelled. Do not pay it: no invoice will be issued for it. It has no legal, ' +
        'fiscal or accounting value and gives no right to deduct input tax.',
      open_invoice:
        'This rendering of the open invoice is not definitive. ' +
        'The definitive invoice is available as soon as it is paid.',
      paid_invoice: 'The amount is paid with value date {date}. Thank you.',
      credited_invoice: 'This invoice is credited in full. Nothing is left to pay.',
      written_off_invoice: 'The open amount of this invoice is written off.',
      credit_note: 'This credit note corrects the invoice named above.',
    },
    reason: 'Reason',
    productEffects: { continues: 'The products continue.', ends: 'The products end on {date}.' },
    reverseCharge: 'Reverse charge: VAT is to be accounted for by the recipient.',
    outOfScope: 'Outside the scope of VAT.',
    relatedProForma: 'The other products of this order are on the pro forma invoice {number}.',
    payTo: 'Payable to',
    epcCode: 'SEPA transfer (EPC QR code)',
    reference: 'Reference',
  },
  es: {
    title: {
      pro_forma: 'Factura proforma',
      cancelled_pro_forma: 'Factura proforma',
      open_invoice: 'Factura',
      paid_invoice: 'Factura',
      credited_invoice: 'Factura',
      written_off_invoice: 'Factura',
      credit_note: 'Nota de crédito',
    },
    page: 'Página',
    date: 'Fecha',
    due: 'Pagar hasta el',
    validUntil: 'Válida hasta el',
    paidOn: 'Pagada (fecha valor)',
    corrects: 'Corrige la factura',
    buyerVatNumber: 'Su n.º de IVA',
    buyerReference: 'Su referencia',
    purchaseOrder: 'Número de pedido',
    vatNumber: 'N.º de IVA',
    description: 'Servicio',
    quantity: 'Cantidad',
    unitPrice: 'Precio unitario',
    vat: 'IVA',
    costCentre: 'Centro de coste',
    mailboxes: 'Por correo a',
    amount: 'Importe',
    netTotal: 'Total sin IVA',
    vatOn: 'IVA {rate} sobre {net}',
    grossTotal: 'Total con IVA',
    total: 'Total',
    rounding: 'Redondeo',
    creditedAmount: 'Abonado con notas de crédito',
    paidAmount: 'Ya pagado',
    reservedAmount: 'Reservado de la cuenta de prepago',
    toPay: 'Por pagar',
    stamps: {
      open_invoice: 'No definitiva',
      paid_invoice: 'Pagada',
      credited_invoice: 'Anulada con nota de crédito',
      written_off_invoice: 'Dada por incobrable',
      cancelled_pro_forma: 'Anulada',
    },
    notes: {
      pro_forma:
        'Esta factura proforma no tiene valor jurídico, fiscal ni contable y no da derecho a deducir el IVA. ' +
        'La factura se emite en cuanto se ha pagado el importe completo.',
      cancelled_pro_forma:
        'Esta factura proforma está anulada. No la pague: no se emitirá ninguna factura. No tiene valor jurídico, ' +
        'fiscal ni contable y no da derecho a deducir el IVA.',
      open_invoice:
        'Esta representación de la factura pendiente no es definitiva. ' +
        'La factura definitiva está disponible en cuanto se ha pagado.',
      paid_invoice: 'El importe está pagado con fecha valor del {date}. Gracias.',
      credited_invoice: 'Esta factura está anulada por completo con notas de crédito. No queda nada por pagar.',
      written_off_invoice: 'El importe pendiente de esta factura se ha dado por incobrable.',
      credit_note: 'Esta nota de crédito corrige la factura indicada.',
    },
    reason: 'Motivo',
    productEffects: { continues: 'Los productos continúan.', ends: 'Los productos terminan el {date}.' },
    reverseCharge: 'Inversión del sujeto pasivo: el destinatario del servicio debe el IVA (reverse charge).',
    outOfScope: 'Operación no sujeta al IVA.',
    relatedProForma: 'Los demás productos de este pedido figuran en la factura proforma {number}.',
    payTo: 'Pagadero a',
    epcCode: 'Transferencia SEPA (código QR EPC)',
    reference: 'Referencia',
  },
};

/** Replaces the placeholders of a text. Unknown placeholders are kept. */
export function fill(text: string, values: Readonly<Record<string, string>>): string {
  return text.replaceAll(/\{(\w+)\}/g, (placeholder, name: string) => values[name] ?? placeholder);
}
