import { cardTexts } from './card-texts.ts';
import type { MailTexts } from './mail-texts.ts';

export const de: MailTexts = {
  greeting: 'Guten Tag {name}',
  labels: {
    document: 'Dokument',
    amount: 'Betrag',
    open: 'Noch offen',
    due: 'Fällig am',
    iban: 'Konto',
    reference: 'Referenz',
    countedUntil: 'Zahlungen berücksichtigt bis',
  },
  verify:
    'Nummer dieser Nachricht: {number}. Melden Sie sich an und geben Sie diese Nummer ein, um zu prüfen, ob die ' +
    'Nachricht echt ist.',
  automatic: 'Diese Nachricht wurde automatisch verschickt.',
  roles: {
    legal_representative: 'rechtliche Vertretung',
    administrator: 'Administration',
    collaborator: 'Mitarbeit',
    external: 'extern',
  },
  reasons: {
    overpaid: 'mehr als fällig bezahlt wurde',
    amount_too_low: 'weniger als fällig bezahlt wurde',
    wrong_currency: 'die Zahlung in einer anderen Währung war',
    reference_already_settled: 'die Referenz der Zahlung zu einer bereits bezahlten Forderung gehört',
    reference_cancelled: 'die Referenz der Zahlung zu einer stornierten Forderung gehört',
    reference_expired: 'die Referenz der Zahlung zu einer abgelaufenen Pro-forma gehört',
    reference_unknown: 'die Referenz der Zahlung nicht bekannt ist',
    reference_invalid: 'die Referenz der Zahlung nicht gültig ist',
    reference_missing: 'die Zahlung keine Referenz hatte',
    standing_order: 'die Zahlung Ihre Referenz für Daueraufträge hatte',
    top_up: 'Sie das Guthaben aufgeladen haben',
    used: 'eine Rechnung aus dem Guthaben bezahlt wurde',
    reversed: 'eine Buchung rückgängig gemacht wurde',
    refunded: 'eine Rückzahlung auf das Guthaben ging',
  },
  refusals: {
    ADDRESS_MISSING: 'keine Rechnungsadresse hinterlegt ist',
    NO_VAT_REGISTRATION: 'wir am Ort der Rechnungsadresse nicht verkaufen',
    PRICE_MISSING: 'das Produkt so nicht mehr angeboten wird',
    PERIOD_CHARGED: 'die Periode bereits einer anderen Organisation verrechnet wurde',
    other: 'keine Rechnung ausgestellt werden konnte',
  },
  rights: { read: 'lesen', view: 'ansehen', change: 'ansehen und ändern', manage: 'ansehen, ändern und verwalten' },
  peopleCount: { one: '{count} Person', other: '{count} Personen' },
  documents: { pro_forma: 'Proforma-Rechnung', invoice: 'Rechnung', credit_note: 'Gutschrift', receipt: 'Quittung' },
  hiddenDocument: 'eine Rechnung von {organization}',
  noEnd: 'auf Widerruf',
  kinds: {
    sign_up_confirmation: {
      subject: 'Bestätigen Sie Ihre Adresse',
      lines: [
        'Um die Registrierung abzuschliessen, öffnen Sie den Link und geben Sie das Passwort ein, das Sie gewählt ' +
          'haben. Der Link gilt 24 Stunden.',
        'Wenn Sie sich nicht registriert haben, ignorieren Sie diese Nachricht: Es geschieht nichts.',
      ],
      link: 'Adresse bestätigen',
    },
    account_exists: {
      subject: 'Sie haben bereits ein Konto',
      lines: [
        'Jemand, vielleicht Sie, hat sich mit dieser Adresse registriert. Zu dieser Adresse gibt es bereits ein ' +
          'Konto: Melden Sie sich mit diesem Konto an.',
        'Wenn Sie es nicht waren, ignorieren Sie diese Nachricht: Es hat sich nichts geändert.',
      ],
    },
    password_guessing: {
      subject: 'Jemand versucht, sich bei Ihrem Konto anzumelden',
      lines: [
        'Bis am {day} um {time} sind {attempts} Versuche gescheitert, sich mit einem Passwort bei Ihrem Konto ' +
          'anzumelden.',
        'Weitere Versuche müssen nun warten, auch mit dem richtigen Passwort. Geräte, auf denen Sie sich seit der ' +
          'letzten Änderung des Passworts angemeldet haben, müssen nicht warten.',
        'Wenn Sie es waren, müssen Sie nichts tun. Wenn nicht, richten Sie einen zweiten Faktor ein, und wählen Sie ' +
          'ein anderes Passwort, falls Sie das jetzige auch anderswo verwenden.',
      ],
    },
    password_reset: {
      subject: 'Wählen Sie ein neues Passwort',
      lines: [
        'Mit diesem Link wählen Sie ein neues Passwort für Ihr Konto. Der Link gilt eine Stunde und nur einmal. ' +
          'Wenn Sie einen weiteren Link anfordern, wird der Link in dieser Nachricht ungültig.',
        'Wenn Sie den Link nicht angefordert haben, ignorieren Sie diese Nachricht: Ihr Passwort bleibt, wie es ist.',
      ],
      link: 'Neues Passwort wählen',
    },
    password_changed: {
      subject: 'Ihr Passwort wurde geändert',
      lines: [
        'Am {day} um {time} wurde das Passwort Ihres Kontos geändert. Ihre Sitzungen auf anderen Geräten sind ' +
          'beendet. API-Tokens bleiben gültig.',
        'Wenn Sie es waren, müssen Sie nichts tun.',
        'Wenn Sie es nicht waren, wählen Sie jetzt ein neues Passwort, und prüfen Sie danach Ihre API-Tokens und ' +
          'Ihren zweiten Faktor.',
      ],
      link: 'Link für ein neues Passwort anfordern',
    },
    invitation: {
      subject: 'Sie sind in eine Organisation eingeladen',
      lines: [
        '{inviter} lädt Sie in eine Organisation ein. Ihre Rolle: {role}.',
        'Name der Organisation: {organization}',
        'Die Einladung gilt bis {expires}.',
        'Die Einladung gilt nur für die Adresse {boundTo}.',
      ],
      link: 'Einladung annehmen',
    },
    invited_teams_missed: {
      subject: '{person} konnte nicht jedem Team beitreten',
      each: [
        '{person} konnte dem Team {deletedTeam} nicht beitreten: Es wurde inzwischen gelöscht.',
        '{person} konnte dem Team {closedTeam} nicht beitreten: Es ist nur für Mitglieder von {organization}.',
        '{person} konnte dem Team {unknownTeam} nicht beitreten: {organization} hat kein solches Team.',
      ],
      lines: [
        '{person} hat Ihre Einladung angenommen und gehört zu {organization}. Sie können die Person jederzeit in ' +
          'andere Teams aufnehmen.',
      ],
    },
    role_changed: {
      subject: 'Ihre Rolle bei {organization} hat sich geändert',
      lines: ['Ihre Rolle bei {organization} wurde von {by} geändert.', 'Bisher: {before}. Neu: {after}.'],
    },
    role_offered: {
      subject: 'Neue Rolle bei {organization}: {after}',
      lines: [
        '{by} bietet Ihnen bei {organization} diese Rolle an: {after}.',
        'Die Rolle gilt, sobald Sie sich anmelden und die Rolle annehmen.',
      ],
    },
    reminders_switched_on: {
      subject: 'Ihre Erinnerungen für {organization} sind wieder eingeschaltet',
      lines: [
        'Sie sind bei {organization} jetzt die einzige rechtliche Vertretung. Ihre Erinnerungen per E-Mail sind ' +
          'darum wieder eingeschaltet.',
        'Sie können Ihre Erinnerungen wieder ausschalten, sobald es eine zweite rechtliche Vertretung gibt.',
      ],
    },
    pro_forma: {
      subject: 'Pro-forma {document} von {organization}',
      lines: [
        'Vielen Dank für Ihre Bestellung. Sie finden die Pro-forma {orderProForma} unter Ihren Dokumenten. Ihre ' +
          'Bestellung beginnt, sobald die Pro-forma bezahlt ist.',
        'Die Pro-forma {renewalProForma} für die Erneuerung Ihrer Produkte liegt unter Ihren Dokumenten. Die ' +
          'Produkte werden erneuert, sobald die Pro-forma bezahlt ist.',
      ],
    },
    receipt: { subject: 'Bezahlt: {document} von {organization}', lines: ['{document} ist bezahlt. Vielen Dank.'] },
    document_delivery: {
      subject: '{documentKind} {document}',
      lines: [
        'Sie erhalten hier das folgende Dokument: {documentKind} {document}.',
        'Name der Organisation: {organization}',
        'Die Produkte enden am {productsEndOn}.',
        'Das Dokument ist an diese Nachricht angehängt: {attachedFile}',
        'Sie erhalten diese Nachricht, weil Ihre Adresse ein Postfach für die Dokumente der Organisation ist.',
      ],
      link: 'Dokument öffnen (mit Anmeldung)',
    },
    document_export: {
      subject: 'Ihr Export von {count} Dokumenten',
      lines: [
        'Hier ist Ihr Export von {count} Dokumenten von {organization}.',
        'Die Datei ist dieser Nachricht beigefügt: {attachedFile}',
        'Sie können die Datei bis {availableUntil} herunterladen, sofern Sie die Dokumente der ' +
          'Organisation dann noch sehen dürfen.',
      ],
      link: 'Datei herunterladen (Anmeldung erforderlich)',
    },
    invoice_part_paid: {
      subject: '{document} ist zum Teil bezahlt',
      lines: [
        'Eine Zahlung von {amount} mit Valutadatum {valueDate} wurde für {document} von {organization} verwendet.',
        'Von {document} sind noch {stillOpen} offen. Bezahlen Sie diesen Betrag mit der Referenz unten.',
      ],
    },
    prepaid_credited: {
      subject: 'Eine Zahlung wurde Ihrem Guthaben gutgeschrieben',
      lines: [
        '{amount} wurden dem Guthaben von {organization} gutgeschrieben, weil {reason}.',
        'Die Zahlung hat das Valutadatum {valueDate}.',
        'Die Zahlung nannte {document}; davon sind noch {coveredOpen} offen. Bezahlen Sie diesen Betrag aus dem ' +
          'Guthaben oder mit der Referenz unten.',
        'Die Zahlung nannte {document}; davon sind noch {uncoveredOpen} offen. Bezahlen Sie diesen Betrag mit der ' +
          'Referenz unten.',
        'Aus dem Guthaben werden offene Rechnungen in der Währung des Guthabens bezahlt, ausser Sie haben das ' +
          'ausgeschaltet. Sie können das Geld jederzeit verwenden.',
      ],
    },
    ...cardTexts.de,
    renewal_notice: {
      subject: '{product} ist am {due} fällig',
      lines: [
        'Die bezahlte Periode von {product} endet am {due}. Erneuern Sie das Produkt vorher, damit nichts ' +
          'unterbrochen wird.',
      ],
    },
    automatic_renewal_notice: {
      subject: '{product} wird automatisch erneuert',
      lines: [
        'Die bezahlte Periode von {product} endet am {due}. Das Produkt wird kurz vorher automatisch erneuert; Sie ' +
          'müssen nichts tun.',
      ],
    },
    automatic_renewal_failed: {
      subject: '{product} konnte nicht erneuert werden',
      lines: [
        // A line without all its values is omitted. Only one of the next two lines has all its values.
        'Die automatische Erneuerung von {product} über {amount} konnte nicht aus dem Guthaben bezahlt werden.',
        '{product} konnte nicht automatisch erneuert werden, weil {refusal}.',
        'Der nächste Versuch ist am {next}.',
        'Die bezahlte Periode endet am {due}.',
      ],
    },
    warranty_notice: {
      subject: '{product} wurde auf Kredit erneuert',
      lines: [
        '{product} wurde nicht rechtzeitig bezahlt; die Erneuerungsgarantie hat es auf Kredit erneuert. Nichts wird ' +
          'unterbrochen, und es gibt keine Gebühr.',
        'Bitte bezahlen Sie die Rechnung bis {heldUntil}. Ohne Zahlung wird das Produkt ab {blockedFrom} gesperrt.',
      ],
    },
    invoice_reminder: {
      subject: 'Erinnerung: {document} ist offen',
      lines: [
        'Wir haben für {document} noch keine Zahlung erhalten. Falls Sie eben bezahlt haben, danke: Diese Nachricht ' +
          'hat sich mit Ihrer Zahlung gekreuzt und kostet nichts.',
      ],
    },
    invoice_final_reminder: {
      subject: 'Letzte Erinnerung: {document} ist offen',
      lines: [
        'Wir haben für {document} immer noch keine Zahlung erhalten. Bitte bezahlen Sie jetzt, damit nichts ' +
          'gesperrt werden muss.',
      ],
    },
    product_blocked: {
      subject: '{product} ist gesperrt',
      lines: [
        '{product} von {organization} ist gesperrt. Wer Produkte verwaltet, kann weiter damit arbeiten; alle ' +
          'anderen können es erst wieder benutzen, wenn die Sperre aufgehoben ist. Alle Rechte bleiben, wie sie ' +
          'sind.',
        'Grund: {blockReason}',
      ],
    },
    product_in_maintenance: {
      subject: '{product} ist in Wartung',
      lines: [
        '{product} von {organization} ist in Wartung. E-Mails kommen weiterhin an und bleiben erhalten. Wer ' +
          'Produkte verwaltet, kann das Produkt weiter benutzen; alle anderen warten, bis die Wartung endet. Alle ' +
          'Rechte bleiben, wie sie sind.',
        'Grund: {blockReason}',
      ],
    },
    product_unblocked: {
      subject: '{product} ist wieder benutzbar',
      lines: [
        '{product} von {organization} ist nicht mehr gesperrt. Alle können wieder damit arbeiten, mit den Rechten, ' +
          'die sie hatten.',
        'Aufgehobene Sperre: {blockReason}',
      ],
    },
    content_shared: {
      subject: 'Neuer Zugriff auf {resource}',
      each: [
        '{person} darf jetzt {right}, was in {resource} ist.',
        'Das Team {team} ({peopleCount}) darf jetzt {right}, was in {resource} ist.',
        '{joiner} ist jetzt im Team {team} und darf damit {right}, was in {resource} ist.',
        'Alle bei {wholeOrganization}, ausser Externen, dürfen jetzt {right}, was in {resource} ist.',
        'Im Team seit: {joinedAt}. Hinzugefügt von: {addedBy}.',
        'Zugriff gegeben von: {by}. Seit: {givenAt}. Bis: {endsOn}.',
        'Grund: {grantReason}',
      ],
      lines: ['Sie erhalten diese Nachricht, weil {resource} Ihnen gehört.'],
    },
    transfer_offered: {
      subject: 'Ein Produkt wird Ihnen angeboten',
      lines: [
        '{offerer} bietet Ihnen an, ein Produkt zu übernehmen.',
        'Name des Produkts: {product}',
        'Name der Organisation: {organization}',
        'Bevor Sie annehmen, sehen Sie den Preis, die nächste Fälligkeit und was nicht mitkommt. Wenn Sie noch kein ' +
          'Konto haben, können Sie auf derselben Seite eines eröffnen.',
        'Das Angebot gilt bis {expires} und nur für diese Adresse.',
      ],
      link: 'Angebot ansehen',
    },
    transfer_accepted: {
      subject: '{product} wurde übernommen',
      lines: [
        '{receiver} hat {product} von {organization} übernommen: Ihr Angebot wurde angenommen.',
        'Alle Zugriffe, die {organization} auf {product} gegeben hatte, sind beendet. Automatische Erneuerung, ' +
          'Rechnungsadresse und Erneuerungsgarantie sind vom Produkt gelöst. Die Dokumente bleiben bei ' +
          '{organization}.',
      ],
    },
    transfer_declined: {
      subject: 'Ihr Angebot von {product} wurde abgelehnt',
      lines: [
        'Ihr Angebot, {product} von {organization} zu übertragen, wurde abgelehnt.',
        '{product} bleibt bei {organization}, mit allen Zugriffen und Einstellungen. Sie können es jederzeit wieder ' +
          'anbieten.',
      ],
    },
    transfer_expired: {
      subject: 'Ihr Angebot von {product} ist abgelaufen',
      lines: [
        'Niemand hat Ihr Angebot, {product} von {organization} zu übertragen, bis {expires} angenommen.',
        '{product} bleibt bei {organization}, mit allen Zugriffen und Einstellungen. Sie können es jederzeit wieder ' +
          'anbieten.',
      ],
    },
  },
};
