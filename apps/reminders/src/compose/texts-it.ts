import { cardTexts } from './card-texts.ts';
import type { MailTexts } from './mail-texts.ts';

export const it: MailTexts = {
  greeting: 'Buongiorno {name},',
  labels: {
    document: 'Documento',
    amount: 'Importo',
    open: 'Ancora da pagare',
    due: 'Scadenza',
    iban: 'Conto del beneficiario',
    reference: 'Riferimento',
    countedUntil: 'Pagamenti considerati fino al',
  },
  verify:
    'Numero di questo messaggio: {number}. Acceda e inserisca questo numero per verificare che il messaggio sia ' +
    'autentico.',
  automatic: 'Questo messaggio è stato inviato automaticamente.',
  roles: {
    legal_representative: 'rappresentante legale',
    administrator: 'amministratore',
    collaborator: 'collaboratore',
    external: 'esterno',
  },
  reasons: {
    overpaid: 'è stato pagato più del dovuto',
    amount_too_low: 'è stato pagato meno del dovuto',
    wrong_currency: 'il pagamento è arrivato in un’altra valuta',
    reference_already_settled: 'il riferimento del pagamento appartiene a un debito già saldato',
    reference_cancelled: 'il riferimento del pagamento appartiene a un debito annullato',
    reference_expired: 'il riferimento del pagamento appartiene a una pro forma non più valida',
    reference_unknown: 'il riferimento del pagamento è sconosciuto',
    reference_invalid: 'il riferimento del pagamento non è valido',
    reference_missing: 'il pagamento non aveva un riferimento',
    standing_order: 'il pagamento aveva il riferimento per i suoi ordini permanenti',
    top_up: 'lei ha ricaricato il conto',
    used: 'una fattura è stata pagata dal conto',
    reversed: 'una registrazione è stata stornata',
    refunded: 'un rimborso è stato accreditato sul conto',
  },
  refusals: {
    ADDRESS_MISSING: 'manca un indirizzo di fatturazione',
    NO_VAT_REGISTRATION: 'non vendiamo nel luogo dell’indirizzo di fatturazione',
    PRICE_MISSING: 'il prodotto non è più offerto in questa forma',
    PERIOD_CHARGED: 'il periodo è già stato fatturato a un’altra organizzazione',
    other: 'non è stato possibile emettere la fattura',
  },
  rights: { read: 'leggere', view: 'vedere', change: 'vedere e modificare', manage: 'vedere, modificare e gestire' },
  peopleCount: { one: '{count} persona', other: '{count} persone' },
  documents: {
    pro_forma: 'Fattura pro forma',
    invoice: 'Fattura',
    credit_note: 'Nota di credito',
    receipt: 'Ricevuta',
  },
  hiddenDocument: 'una fattura di {organization}',
  noEnd: 'non prevista',
  kinds: {
    sign_up_confirmation: {
      subject: 'Confermi il suo indirizzo',
      lines: [
        'per terminare la registrazione apra il link e inserisca la password che ha scelto. Il link vale 24 ore.',
        'Se non si è registrato, ignori questo messaggio: non succede nulla.',
      ],
      link: 'Confermare l’indirizzo',
    },
    account_exists: {
      subject: 'Ha già un account',
      lines: [
        'qualcuno, forse lei, si è registrato con questo indirizzo, che ha già un account. Acceda con questo account.',
        'Se non è stato lei, ignori questo messaggio: non è cambiato nulla.',
      ],
    },
    password_guessing: {
      subject: 'Qualcuno tenta di accedere al suo account',
      lines: [
        'fino al {day} alle {time}, {attempts} tentativi di accedere al suo account con una password sono falliti.',
        'Altri tentativi devono ora attendere, anche con la password giusta. I dispositivi sui quali ha effettuato ' +
          'l’accesso dopo l’ultima modifica della password non hanno bisogno di attendere.',
        'Se è stato lei, non deve fare nulla. Altrimenti configuri un secondo fattore, e scelga un’altra password ' +
          'se usa quella attuale anche altrove.',
      ],
    },
    password_reset: {
      subject: 'Scelga una nuova password',
      lines: [
        'con questo link sceglie una nuova password per il suo account. Il link vale un’ora e una sola volta. Se ' +
          'richiede un altro link, il link di questo messaggio non vale più.',
        'Se non ha richiesto il link, ignori questo messaggio: la sua password resta la stessa.',
      ],
      link: 'Scegliere una nuova password',
    },
    password_changed: {
      subject: 'La sua password è stata modificata',
      lines: [
        'il {day} alle {time} la password del suo account è stata modificata. Le sue sessioni su altri dispositivi ' +
          'sono terminate. I token API restano validi.',
        'Se è stato lei, non deve fare nulla.',
        'Altrimenti scelga subito una nuova password, poi controlli i suoi token API e il suo secondo fattore.',
      ],
      link: 'Richiedere un link per una nuova password',
    },
    invitation: {
      subject: 'È invitato a far parte di un’organizzazione',
      lines: [
        '{inviter} la invita a far parte di un’organizzazione. Il suo ruolo: {role}.',
        'Nome dell’organizzazione: {organization}',
        'L’invito vale fino al {expires}.',
        'L’invito vale solo per l’indirizzo {boundTo}.',
      ],
      link: 'Accettare l’invito',
    },
    invited_teams_missed: {
      subject: '{person} non è in tutti i team',
      each: [
        '{person} non fa parte del team {deletedTeam}: nel frattempo è stato eliminato.',
        '{person} non fa parte del team {closedTeam}: è riservato ai membri di {organization}.',
        '{person} non fa parte del team {unknownTeam}: {organization} non ha questo team.',
      ],
      lines: [
        '{person} ha accettato il suo invito e fa parte di {organization}. Può aggiungere questa persona ad altri ' +
          'team in qualsiasi momento.',
      ],
    },
    role_changed: {
      subject: 'Il suo ruolo in {organization} è cambiato',
      lines: ['il suo ruolo in {organization} è stato cambiato da {by}.', 'Prima: {before}. Ora: {after}.'],
    },
    role_offered: {
      subject: 'Nuovo ruolo in {organization}: {after}',
      lines: [
        '{by} le propone questo ruolo in {organization}: {after}.',
        'Il ruolo vale da quando accede e accetta il ruolo.',
      ],
    },
    reminders_switched_on: {
      subject: 'I suoi promemoria per {organization} sono di nuovo attivi',
      lines: [
        'lei è ora l’unico rappresentante legale di {organization}. Per questo i suoi promemoria via e-mail sono ' +
          'stati riattivati.',
        'Potrà disattivarli appena ci sarà un secondo rappresentante legale.',
      ],
    },
    pro_forma: {
      subject: 'Pro forma {document} di {organization}',
      lines: [
        'grazie dell’ordine. Trova la pro forma {orderProForma} tra i suoi documenti. Il suo ordine inizia appena ' +
          'la pro forma è pagata.',
        'la pro forma {renewalProForma} per il rinnovo dei suoi prodotti si trova tra i suoi documenti. I prodotti ' +
          'sono rinnovati appena la pro forma è pagata.',
      ],
    },
    receipt: { subject: 'Pagato: {document} di {organization}', lines: ['{document} è pagato. Grazie.'] },
    document_delivery: {
      subject: '{documentKind} {document}',
      lines: [
        'Ecco il documento seguente: {documentKind} {document}.',
        'Nome dell’organizzazione: {organization}',
        'I prodotti terminano il {productsEndOn}.',
        'Il documento è allegato a questo messaggio: {attachedFile}',
        'Riceve questo messaggio perché il suo indirizzo è una casella per i documenti dell’organizzazione.',
      ],
      link: 'Aprire il documento (accesso richiesto)',
    },
    document_export: {
      subject: 'La sua esportazione di {count} documenti',
      lines: [
        'Ecco la sua esportazione di {count} documenti di {organization}.',
        'Il file è allegato a questo messaggio: {attachedFile}',
        'Può scaricare il file fino al {availableUntil}, se ha ancora il diritto di vedere i documenti ' +
          'dell’organizzazione.',
      ],
      link: 'Scaricare il file (accesso richiesto)',
    },
    invoice_part_paid: {
      subject: 'Pagamento parziale: {document}',
      lines: [
        'Un pagamento di {amount} con data di valuta {valueDate} è stato usato per {document} di {organization}.',
        'Per {document} restano da pagare {stillOpen}. Paghi questo importo con il riferimento qui sotto.',
      ],
    },
    prepaid_credited: {
      subject: 'Un pagamento è stato accreditato sul conto prepagato',
      lines: [
        '{amount} sono stati accreditati sul conto prepagato di {organization}, perché {reason}.',
        'La data di valuta del pagamento è il {valueDate}.',
        'Il pagamento indicava {document}, di cui restano da pagare {coveredOpen}. Paghi questo importo dal conto o ' +
          'con il riferimento qui sotto.',
        'Il pagamento indicava {document}, di cui restano da pagare {uncoveredOpen}. Paghi questo importo con il ' +
          'riferimento qui sotto.',
        'Il conto prepagato paga le fatture aperte nella valuta del suo saldo, a meno che lei abbia disattivato ' +
          'questa opzione. Può usare il denaro in ogni momento.',
      ],
    },
    ...cardTexts.it,
    renewal_notice: {
      subject: '{product} scade il {due}',
      lines: [
        'il periodo pagato di {product} termina il {due}. Rinnovi il prodotto prima, così nulla viene interrotto.',
      ],
    },
    automatic_renewal_notice: {
      subject: '{product} si rinnova automaticamente',
      lines: [
        'il periodo pagato di {product} termina il {due}. Il prodotto si rinnova automaticamente poco prima; non ' +
          'deve fare nulla.',
      ],
    },
    automatic_renewal_failed: {
      subject: 'Non è stato possibile rinnovare {product}',
      lines: [
        // A line without all its values is omitted. Only one of the next two lines has all its values.
        'non è stato possibile pagare dal conto prepagato il rinnovo automatico di {product} per {amount}.',
        'non è stato possibile rinnovare automaticamente {product}, perché {refusal}.',
        'Il prossimo tentativo è il {next}.',
        'Il periodo pagato termina il {due}.',
      ],
    },
    warranty_notice: {
      subject: '{product} è stato rinnovato a credito',
      lines: [
        '{product} non è stato pagato in tempo; la garanzia di rinnovo lo ha rinnovato a credito. Nulla viene ' +
          'interrotto e non ci sono spese.',
        'Paghi la fattura entro il {heldUntil}. Senza pagamento il prodotto è bloccato dal {blockedFrom}.',
      ],
    },
    invoice_reminder: {
      subject: 'Promemoria: {document} è ancora da pagare',
      lines: [
        'non abbiamo ancora ricevuto un pagamento per {document}. Se ha appena pagato, grazie: questo messaggio si ' +
          'è incrociato con il pagamento e non costa nulla.',
      ],
    },
    invoice_final_reminder: {
      subject: 'Ultimo promemoria: {document} è ancora da pagare',
      lines: ['non abbiamo ancora ricevuto un pagamento per {document}. Paghi ora, così nulla deve essere bloccato.'],
    },
    product_blocked: {
      subject: '{product} è bloccato',
      lines: [
        '{product} di {organization} è bloccato. Chi gestisce i prodotti può continuare a usarlo; per tutti gli ' +
          'altri non è disponibile finché il blocco non viene tolto. Tutti i diritti restano come sono.',
        'Motivo: {blockReason}',
      ],
    },
    product_in_maintenance: {
      subject: '{product} è in manutenzione',
      lines: [
        '{product} di {organization} è in manutenzione. Le e-mail continuano ad arrivare e vengono conservate. Chi ' +
          'gestisce i prodotti può continuare a usare il prodotto; per tutti gli altri il prodotto non è ' +
          'disponibile fino alla fine della manutenzione. Tutti i diritti restano come sono.',
        'Motivo: {blockReason}',
      ],
    },
    product_unblocked: {
      subject: '{product} è di nuovo utilizzabile',
      lines: [
        '{product} di {organization} non è più bloccato. Tutti possono usarlo di nuovo, con i diritti che avevano.',
        'Blocco tolto: {blockReason}',
      ],
    },
    content_shared: {
      subject: 'Nuovo accesso a {resource}',
      each: [
        '{person} può ora {right} ciò che contiene {resource}.',
        'Il team {team} ({peopleCount}) può ora {right} ciò che contiene {resource}.',
        '{joiner} fa ora parte del team {team} e può quindi {right} ciò che contiene {resource}.',
        'Tutti presso {wholeOrganization}, tranne gli esterni, possono ora {right} ciò che contiene {resource}.',
        'Nel team dal: {joinedAt}. Aggiunta fatta da: {addedBy}.',
        'Accesso concesso da: {by}. Dal: {givenAt}. Fine: {endsOn}.',
        'Motivo: {grantReason}',
      ],
      lines: ['Riceve questo messaggio perché {resource} appartiene a lei.'],
    },
    transfer_offered: {
      subject: 'Le viene offerto un prodotto',
      lines: [
        '{offerer} le propone di rilevare un prodotto.',
        'Nome del prodotto: {product}',
        'Nome dell’organizzazione: {organization}',
        'Prima di accettare vede il prezzo, la prossima scadenza e ciò che non viene trasferito. Se non ha ancora ' +
          'un account, può crearne uno sulla stessa pagina.',
        'La proposta è valida fino al {expires} e solo per questo indirizzo.',
      ],
      link: 'Vedere la proposta',
    },
    transfer_accepted: {
      subject: '{product} è stato rilevato',
      lines: [
        '{receiver} ha rilevato {product} di {organization}: la sua proposta è stata accettata.',
        'Gli accessi che {organization} aveva dato su {product} sono terminati. Il rinnovo automatico, l’indirizzo ' +
          'di fatturazione e la garanzia di rinnovo sono stati scollegati dal prodotto. I documenti restano a ' +
          '{organization}.',
      ],
    },
    transfer_declined: {
      subject: 'La sua proposta di trasferire {product} è stata rifiutata',
      lines: [
        'la sua proposta di trasferire {product} di {organization} è stata rifiutata.',
        '{product} resta a {organization}, con tutti gli accessi e le impostazioni. Può proporlo di nuovo in ' +
          'qualsiasi momento.',
      ],
    },
    transfer_expired: {
      subject: 'La sua proposta di trasferire {product} è scaduta',
      lines: [
        'nessuno ha accettato entro il {expires} la sua proposta di trasferire {product} di {organization}.',
        '{product} resta a {organization}, con tutti gli accessi e le impostazioni. Può proporlo di nuovo in ' +
          'qualsiasi momento.',
      ],
    },
  },
};
