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
  verify: 'Nummer dieser Nachricht: {number}. Angemeldet können Sie unter dieser Nummer prüfen, ob sie echt ist.',
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
    wrong_currency: 'sie in einer anderen Währung kam',
    reference_already_settled: 'ihre Referenz zu etwas bereits Bezahltem gehört',
    reference_cancelled: 'ihre Referenz zu etwas Storniertem gehört',
    reference_expired: 'ihre Referenz zu etwas Abgelaufenem gehört',
    reference_unknown: 'ihre Referenz nicht bekannt ist',
    reference_invalid: 'ihre Referenz nicht gültig ist',
    reference_missing: 'sie keine Referenz hatte',
    standing_order: 'sie mit Ihrer Referenz für Daueraufträge kam',
    top_up: 'Sie aufgeladen haben',
    used: 'eine Rechnung aus dem Guthaben bezahlt wurde',
    reversed: 'eine Buchung rückgängig gemacht wurde',
    refunded: 'eine Rückzahlung dorthin ging',
  },
  refusals: {
    ADDRESS_MISSING: 'keine Rechnungsadresse hinterlegt ist',
    PRICE_MISSING: 'es so nicht mehr angeboten wird',
    PERIOD_CHARGED: 'die Periode bereits einer anderen Organisation verrechnet wurde',
    other: 'keine Rechnung ausgestellt werden konnte',
  },
  rights: { read: 'lesen', view: 'ansehen', change: 'ansehen und ändern', manage: 'ansehen, ändern und verwalten' },
  peopleCount: { one: '{count} Person', other: '{count} Personen' },
  noEnd: 'auf Widerruf',
  kinds: {
    sign_up_confirmation: {
      subject: 'Bestätigen Sie Ihre Adresse',
      lines: [
        'um die Anmeldung abzuschliessen, öffnen Sie den Link und geben Sie das Passwort ein, das Sie gewählt haben. ' +
          'Der Link gilt 24 Stunden.',
        'Wenn Sie sich nicht angemeldet haben, ignorieren Sie diese Nachricht: Es geschieht nichts.',
      ],
      link: 'Adresse bestätigen',
    },
    account_exists: {
      subject: 'Sie haben bereits ein Konto',
      lines: [
        'jemand, vielleicht Sie, hat sich mit dieser Adresse angemeldet, die bereits ein Konto hat. Melden ' +
          'Sie sich damit an.',
        'Wenn Sie es nicht waren, ignorieren Sie diese Nachricht: Es hat sich nichts geändert.',
      ],
    },
    password_guessing: {
      subject: 'Jemand versucht, sich bei Ihrem Konto anzumelden',
      lines: [
        'bis am {day} um {time} sind {attempts} Versuche gescheitert, sich mit einem Passwort bei Ihrem Konto ' +
          'anzumelden.',
        'Weitere Versuche müssen nun warten, auch mit dem richtigen Passwort. Das betrifft keine Geräte, auf ' +
          'denen Sie sich seit der letzten Änderung des Passworts angemeldet haben.',
        'Wenn Sie es waren, müssen Sie nichts tun. Wenn nicht, richten Sie einen zweiten Faktor ein, und wählen ' +
          'Sie ein anderes Passwort, falls Sie dieses auch anderswo verwenden.',
      ],
    },
    password_reset: {
      subject: 'Wählen Sie ein neues Passwort',
      lines: [
        'mit diesem Link wählen Sie ein neues Passwort für Ihr Konto. Er gilt eine Stunde und nur einmal. Wenn ' +
          'Sie einen weiteren Link anfordern, wird dieser ungültig.',
        'Wenn Sie ihn nicht angefordert haben, ignorieren Sie diese Nachricht: Ihr Passwort bleibt, wie es ist.',
      ],
      link: 'Neues Passwort wählen',
    },
    password_changed: {
      subject: 'Ihr Passwort wurde geändert',
      lines: [
        'am {day} um {time} wurde das Passwort Ihres Kontos geändert. Ihre Sitzungen auf anderen Geräten sind ' +
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
        'Sie gilt nur für die Adresse {boundTo}.',
      ],
      link: 'Einladung annehmen',
    },
    invited_teams_missed: {
      subject: '{person} ist nicht in jedes Team gekommen',
      each: [
        '{person} ist nicht im Team {deletedTeam}: Es wurde inzwischen gelöscht.',
        '{person} ist nicht im Team {closedTeam}: Es ist nur für Mitglieder von {organization}.',
        '{person} ist nicht im Team {unknownTeam}: {organization} hat kein solches Team.',
      ],
      lines: [
        '{person} hat Ihre Einladung angenommen und gehört zu {organization}. Sie können die Person jederzeit ' +
          'in andere Teams aufnehmen.',
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
        'Sie gilt, sobald Sie sie angemeldet annehmen.',
      ],
    },
    reminders_switched_on: {
      subject: 'Ihre Erinnerungen für {organization} sind wieder eingeschaltet',
      lines: [
        'Sie sind bei {organization} jetzt die einzige rechtliche Vertretung. Ihre Erinnerungen per E-Mail ' +
          'sind darum wieder eingeschaltet.',
        'Sie lassen sich wieder ausschalten, sobald es eine zweite rechtliche Vertretung gibt.',
      ],
    },
    pro_forma: {
      subject: 'Pro-forma {document} von {organization}',
      lines: [
        'vielen Dank für Ihre Bestellung. Sie finden die Pro-forma {document} unter den Dokumenten; das ' +
          'Bestellte beginnt, sobald sie bezahlt ist.',
      ],
    },
    receipt: { subject: 'Bezahlt: {document} von {organization}', lines: ['{document} ist bezahlt. Vielen Dank.'] },
    prepaid_credited: {
      subject: 'Eine Zahlung wurde Ihrem Guthaben gutgeschrieben',
      lines: [
        '{amount} wurden dem Guthaben von {organization} gutgeschrieben, weil {reason}.',
        'Die Zahlung nannte {document}; davon sind noch {stillOpen} offen. ' +
          'Bezahlen Sie es aus dem Guthaben oder mit der Referenz unten.',
        'Es bezahlt, was fällig wird; Sie können es jederzeit verwenden.',
      ],
    },
    renewal_notice: {
      subject: '{product} ist am {due} fällig',
      lines: [
        'die bezahlte Periode von {product} endet am {due}. Erneuern Sie vorher, damit nichts unterbrochen wird.',
      ],
    },
    automatic_renewal_notice: {
      subject: '{product} wird automatisch erneuert',
      lines: [
        'die bezahlte Periode von {product} endet am {due}. Es wird kurz vorher automatisch erneuert; Sie ' +
          'müssen nichts tun.',
      ],
    },
    automatic_renewal_failed: {
      subject: '{product} konnte nicht erneuert werden',
      lines: [
        // Only one of the first two lines has all its values.
        'die automatische Erneuerung von {product} über {amount} konnte nicht aus dem Guthaben bezahlt werden.',
        '{product} konnte nicht automatisch erneuert werden, weil {refusal}.',
        'Der nächste Versuch ist am {next}.',
        'Die bezahlte Periode endet am {due}.',
      ],
    },
    warranty_notice: {
      subject: '{product} wurde auf Kredit erneuert',
      lines: [
        '{product} wurde nicht rechtzeitig bezahlt; die Erneuerungsgarantie hat es auf Kredit erneuert. ' +
          'Nichts wird unterbrochen, und es kostet keine Gebühr.',
        'Bitte bezahlen Sie die Rechnung bis {heldUntil}. Ohne Zahlung wird das Produkt ab {blockedFrom} gesperrt.',
      ],
    },
    invoice_reminder: {
      subject: 'Erinnerung: {document} ist offen',
      lines: [
        'wir haben für {document} noch keine Zahlung erhalten. Falls Sie eben bezahlt haben, danke: Diese ' +
          'Nachricht hat sich mit Ihrer Zahlung gekreuzt und kostet nichts.',
      ],
    },
    invoice_final_reminder: {
      subject: 'Letzte Erinnerung: {document} ist offen',
      lines: ['{document} ist weiterhin offen. Bitte bezahlen Sie jetzt, damit nichts gesperrt werden muss.'],
    },
    product_blocked: {
      subject: '{product} ist gesperrt',
      lines: [
        '{product} von {organization} ist gesperrt. Wer Produkte verwaltet, arbeitet weiter damit; für alle ' +
          'anderen steht es still, bis die Sperre aufgehoben wird. Alle Rechte bleiben, wie sie sind.',
        'Grund: {blockReason}',
      ],
    },
    product_in_maintenance: {
      subject: '{product} ist in Wartung',
      lines: [
        '{product} von {organization} ist in Wartung. E-Mails kommen weiterhin an und bleiben erhalten; wer ' +
          'Produkte verwaltet, arbeitet weiter damit, alle anderen warten, bis die Wartung endet. Alle Rechte ' +
          'bleiben, wie sie sind.',
        'Grund: {blockReason}',
      ],
    },
    product_unblocked: {
      subject: '{product} ist wieder benutzbar',
      lines: [
        '{product} von {organization} ist nicht mehr gesperrt. Alle arbeiten wieder damit, mit den Rechten, ' +
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
      lines: ['Sie erfahren es, weil {resource} Ihnen gehört.'],
    },
    transfer_offered: {
      subject: 'Ein Produkt wird Ihnen angeboten',
      lines: [
        '{offerer} bietet Ihnen an, ein Produkt zu übernehmen.',
        'Name des Produkts: {product}',
        'Name der Organisation: {organization}',
        'Bevor Sie annehmen, sehen Sie den Preis, die nächste Fälligkeit und was nicht mitkommt. Wenn Sie ' +
          'noch kein Konto haben, können Sie dort eines eröffnen.',
        'Das Angebot gilt bis {expires} und nur für diese Adresse.',
      ],
      link: 'Angebot ansehen',
    },
    transfer_accepted: {
      subject: '{product} wurde übernommen',
      lines: [
        '{receiver} hat {product} von {organization} übernommen: Ihr Angebot wurde angenommen.',
        'Was {organization} auf {product} gegeben hatte, ist beendet; automatische Erneuerung, ' +
          'Rechnungsadresse und Erneuerungsgarantie sind gelöst. Die Dokumente bleiben bei {organization}.',
      ],
    },
    transfer_declined: {
      subject: 'Ihr Angebot von {product} wurde abgelehnt',
      lines: [
        'Ihr Angebot, {product} von {organization} zu übertragen, wurde abgelehnt.',
        '{product} bleibt bei {organization}, mit allem, was dazu gegeben und eingestellt ist. Sie können es ' +
          'jederzeit wieder anbieten.',
      ],
    },
    transfer_expired: {
      subject: 'Ihr Angebot von {product} ist abgelaufen',
      lines: [
        'Niemand hat Ihr Angebot, {product} von {organization} zu übertragen, bis {expires} angenommen.',
        '{product} bleibt bei {organization}, mit allem, was dazu gegeben und eingestellt ist. Sie können es ' +
          'jederzeit wieder anbieten.',
      ],
    },
  },
};
