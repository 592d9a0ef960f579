import type { Locale } from '@cordee/contracts/values';

type SimulationTextKey =
  | 'first_automatic_attempt'
  | 'next_automatic_attempt'
  | 'renewed_on_credit'
  | 'hold_ends'
  | 'expired'
  | 'blocked'
  | 'terminated'
  | 'purged';

/** The descriptions of the steps of a simulated renewal (WAR-4). */
export const simulationTexts: Readonly<Record<Locale, Readonly<Record<SimulationTextKey, string>>>> = {
  en: {
    first_automatic_attempt: 'first attempt to renew automatically',
    next_automatic_attempt: 'next attempt to renew automatically',
    renewed_on_credit: 'renewal warranty renews the product on credit: an invoice is issued and the service continues',
    hold_ends: 'the time to pay the debt ends',
    expired: 'the paid period ends; the service continues during the grace time',
    blocked: 'the product is blocked',
    terminated: 'the product is terminated',
    purged: 'the content of the product is deleted',
  },
  fr: {
    first_automatic_attempt: 'première tentative de renouvellement automatique',
    next_automatic_attempt: 'nouvelle tentative de renouvellement automatique',
    renewed_on_credit:
      'la garantie de renouvellement renouvelle le produit à crédit : une facture est établie et rien n’est interrompu',
    hold_ends: 'le délai de paiement de la dette se termine',
    expired: 'la période payée se termine ; le service continue pendant le délai de grâce',
    blocked: 'le produit est bloqué',
    terminated: 'le produit est résilié',
    purged: 'le contenu du produit est supprimé',
  },
  de: {
    first_automatic_attempt: 'erster Versuch der automatischen Erneuerung',
    next_automatic_attempt: 'nächster Versuch der automatischen Erneuerung',
    renewed_on_credit:
      'die Erneuerungsgarantie erneuert das Produkt auf Kredit: Eine Rechnung wird ausgestellt, und nichts wird ' +
      'unterbrochen',
    hold_ends: 'die Zahlungsfrist der Schuld endet',
    expired: 'die bezahlte Periode endet; der Dienst läuft während der Schonfrist weiter',
    blocked: 'das Produkt wird gesperrt',
    terminated: 'das Produkt wird gekündigt',
    purged: 'der Inhalt des Produkts wird gelöscht',
  },
  it: {
    first_automatic_attempt: 'primo tentativo di rinnovo automatico',
    next_automatic_attempt: 'nuovo tentativo di rinnovo automatico',
    renewed_on_credit:
      'la garanzia di rinnovo rinnova il prodotto a credito: viene emessa una fattura e nulla si interrompe',
    hold_ends: 'termina la dilazione del debito',
    expired: 'il periodo pagato termina; il servizio continua durante il periodo di tolleranza',
    blocked: 'il prodotto viene bloccato',
    terminated: 'il prodotto viene disdetto',
    purged: 'il contenuto del prodotto viene eliminato',
  },
  es: {
    first_automatic_attempt: 'primer intento de renovación automática',
    next_automatic_attempt: 'nuevo intento de renovación automática',
    renewed_on_credit:
      'la garantía de renovación renueva el producto a crédito: se emite una factura y nada se interrumpe',
    hold_ends: 'termina el plazo de pago de la deuda',
    expired: 'el periodo pagado termina; el servicio continúa durante el periodo de gracia',
    blocked: 'el producto se bloquea',
    terminated: 'el producto se da de baja',
    purged: 'el contenido del producto se elimina',
  },
};
