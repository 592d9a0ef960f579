import { cardTexts } from './card-texts.ts';
import type { MailTexts } from './mail-texts.ts';

export const fr: MailTexts = {
  greeting: 'Bonjour {name},',
  labels: {
    document: 'Document',
    amount: 'Montant',
    open: 'Reste à payer',
    due: 'Échéance',
    iban: 'Compte du bénéficiaire',
    reference: 'Référence',
    countedUntil: 'Paiements pris en compte jusqu’au',
  },
  verify:
    'Numéro de ce message : {number}. Connectez-vous et saisissez ce numéro pour vérifier que le message est ' +
    'authentique.',
  automatic: 'Ce message a été envoyé automatiquement.',
  roles: {
    legal_representative: 'représentant légal',
    administrator: 'administrateur',
    collaborator: 'collaborateur',
    external: 'externe',
  },
  reasons: {
    overpaid: 'le montant payé dépasse le montant dû',
    amount_too_low: 'le montant payé est inférieur au montant dû',
    wrong_currency: 'le paiement est arrivé dans une autre monnaie',
    reference_already_settled: 'la référence du paiement appartient à une dette déjà réglée',
    reference_cancelled: 'la référence du paiement appartient à une dette annulée',
    reference_expired: 'la référence du paiement appartient à une pro forma expirée',
    reference_unknown: 'la référence du paiement est inconnue',
    reference_invalid: 'la référence du paiement n’est pas valable',
    reference_missing: 'le paiement n’avait pas de référence',
    standing_order: 'le paiement portait votre référence pour ordres permanents',
    top_up: 'vous avez approvisionné le compte',
    used: 'une facture a été payée par le compte',
    reversed: 'une écriture a été annulée',
    refunded: 'un remboursement a été versé sur le compte',
  },
  refusals: {
    ADDRESS_MISSING: 'il n’y a pas d’adresse de facturation',
    NO_VAT_REGISTRATION: 'nous ne vendons pas au lieu de l’adresse de facturation',
    PRICE_MISSING: 'le produit n’est plus proposé sous cette forme',
    PERIOD_CHARGED: 'la période a déjà été facturée à une autre organisation',
    other: 'la facture n’a pas pu être établie',
  },
  rights: { read: 'lire', view: 'voir', change: 'voir et modifier', manage: 'voir, modifier et gérer' },
  peopleCount: { one: '{count} personne', other: '{count} personnes' },
  documents: { pro_forma: 'Facture pro forma', invoice: 'Facture', credit_note: 'Note de crédit', receipt: 'Reçu' },
  hiddenDocument: 'une facture de l’organisation {organization}',
  noEnd: 'non prévue',
  kinds: {
    sign_up_confirmation: {
      subject: 'Confirmez votre adresse',
      lines: [
        'Pour terminer votre inscription, ouvrez le lien et saisissez le mot de passe que vous avez choisi. Le lien ' +
          'est valable 24 heures.',
        'Si vous ne vous êtes pas inscrit, ignorez ce message : il ne se passera rien.',
      ],
      link: 'Confirmer l’adresse',
    },
    account_exists: {
      subject: 'Vous avez déjà un compte',
      lines: [
        'Quelqu’un, peut-être vous, s’est inscrit avec cette adresse. Elle a déjà un compte : connectez-vous avec ' +
          'ce compte.',
        'Si ce n’était pas vous, ignorez ce message : rien n’a changé.',
      ],
    },
    password_guessing: {
      subject: 'Quelqu’un essaie de se connecter à votre compte',
      lines: [
        'Jusqu’au {day} à {time}, {attempts} tentatives de connexion à votre compte avec un mot de passe ont échoué.',
        'Les tentatives suivantes doivent maintenant attendre, même avec le bon mot de passe. Les appareils sur ' +
          'lesquels vous vous êtes connecté depuis le dernier changement du mot de passe n’ont pas besoin ' +
          'd’attendre.',
        'Si c’était vous, vous n’avez rien à faire. Sinon, configurez un second facteur, et choisissez un autre mot ' +
          'de passe si vous utilisez celui-ci ailleurs aussi.',
      ],
    },
    password_reset: {
      subject: 'Choisissez un nouveau mot de passe',
      lines: [
        'Avec ce lien, vous choisissez un nouveau mot de passe pour votre compte. Le lien est valable une heure et ' +
          'une seule fois. Si vous demandez un autre lien, le lien de ce message n’est plus valable.',
        'Si vous n’avez pas demandé ce lien, ignorez ce message : votre mot de passe reste le même.',
      ],
      link: 'Choisir un nouveau mot de passe',
    },
    password_changed: {
      subject: 'Votre mot de passe a été modifié',
      lines: [
        'Le {day} à {time}, le mot de passe de votre compte a été modifié. Vos sessions sur d’autres appareils sont ' +
          'terminées. Les jetons d’API restent valables.',
        'Si c’était vous, vous n’avez rien à faire.',
        'Sinon, choisissez maintenant un nouveau mot de passe, puis vérifiez vos jetons d’API et votre second facteur.',
      ],
      link: 'Demander un lien pour un nouveau mot de passe',
    },
    invitation: {
      subject: 'Vous êtes invité à rejoindre une organisation',
      lines: [
        '{inviter} vous invite à rejoindre une organisation. Votre rôle : {role}.',
        'Nom de l’organisation : {organization}',
        'L’invitation est valable jusqu’au {expires}.',
        'L’invitation vaut uniquement pour l’adresse {boundTo}.',
      ],
      link: 'Accepter l’invitation',
    },
    invited_teams_missed: {
      subject: '{person} n’a pas pu rejoindre toutes les équipes',
      each: [
        '{person} ne fait pas partie de l’équipe {deletedTeam} : elle a été supprimée entre-temps.',
        '{person} ne fait pas partie de l’équipe {closedTeam} : elle est réservée aux membres de l’organisation ' +
          '{organization}.',
        '{person} ne fait pas partie de l’équipe {unknownTeam} : {organization} n’a pas cette équipe.',
      ],
      lines: [
        '{person} a accepté votre invitation et fait partie de l’organisation {organization}. Vous pouvez ajouter ' +
          'cette personne à d’autres équipes à tout moment.',
      ],
    },
    role_changed: {
      subject: 'Votre rôle chez {organization} a changé',
      lines: ['Votre rôle chez {organization} a été changé par {by}.', 'Avant : {before}. Maintenant : {after}.'],
    },
    role_offered: {
      subject: 'Nouveau rôle chez {organization} : {after}',
      lines: [
        '{by} vous propose ce rôle chez {organization} : {after}.',
        'Le rôle prend effet quand vous vous connectez et acceptez le rôle.',
      ],
    },
    reminders_switched_on: {
      subject: 'Vos rappels pour {organization} sont réactivés',
      lines: [
        'Vous êtes désormais le seul représentant légal de l’organisation {organization}. Vos rappels par e-mail ' +
          'ont donc été réactivés.',
        'Vous pourrez les désactiver dès qu’il y aura un deuxième représentant légal.',
      ],
    },
    pro_forma: {
      subject: 'Pro forma {document} pour {organization}',
      lines: [
        'Merci de votre commande. Vous trouvez la pro forma {orderProForma} parmi vos documents. Votre commande ' +
          'commence dès que la pro forma est payée.',
        'La pro forma {renewalProForma} pour le renouvellement de vos produits se trouve parmi vos documents. Les ' +
          'produits sont renouvelés dès que la pro forma est payée.',
      ],
    },
    receipt: { subject: 'Payé : {document} pour {organization}', lines: ['{document} est payé. Merci.'] },
    document_delivery: {
      subject: '{documentKind} {document}',
      lines: [
        'Voici le document suivant : {documentKind} {document}.',
        'Nom de l’organisation : {organization}',
        'Les produits prennent fin le {productsEndOn}.',
        'Le document est joint à ce message : {attachedFile}',
        'Vous recevez ce message parce que votre adresse est une boîte pour les documents de l’organisation.',
      ],
      link: 'Ouvrir le document (connexion requise)',
    },
    document_export: {
      subject: 'Votre export de {count} documents',
      lines: [
        'Voici votre export de {count} documents de {organization}.',
        'Le fichier est joint à ce message : {attachedFile}',
        'Vous pouvez télécharger le fichier jusqu’au {availableUntil}, si vous avez encore le droit de ' +
          'voir les documents de l’organisation.',
      ],
      link: 'Télécharger le fichier (connexion requise)',
    },
    invoice_part_paid: {
      subject: 'Paiement partiel : {document}',
      lines: [
        'Un paiement de {amount}, date de valeur le {valueDate}, a été utilisé pour {document} de l’organisation ' +
          '{organization}.',
        'Il reste {stillOpen} à payer pour {document}. Payez ce montant avec la référence ci-dessous.',
      ],
    },
    prepaid_credited: {
      subject: 'Un paiement a été versé sur votre compte prépayé',
      lines: [
        '{amount} ont été versés sur le compte prépayé de l’organisation {organization}. Motif : {reason}.',
        'La date de valeur du paiement est le {valueDate}.',
        'Le paiement indiquait {document}, dont {coveredOpen} restent à payer. Payez ce montant depuis le compte ou ' +
          'avec la référence ci-dessous.',
        'Le paiement indiquait {document}, dont {uncoveredOpen} restent à payer. Payez ce montant avec la référence ' +
          'ci-dessous.',
        'Le compte prépayé paie les factures ouvertes dans la monnaie de son solde, sauf si vous avez désactivé ' +
          'cette option. Vous pouvez utiliser l’argent à tout moment.',
      ],
    },
    ...cardTexts.fr,
    renewal_notice: {
      subject: '{product} arrive à échéance le {due}',
      lines: [
        'La période payée du produit {product} se termine le {due}. Renouvelez le produit avant cette date pour que ' +
          'rien ne soit interrompu.',
      ],
    },
    automatic_renewal_notice: {
      subject: '{product} se renouvelle automatiquement',
      lines: [
        'La période payée du produit {product} se termine le {due}. Le produit se renouvelle automatiquement peu ' +
          'avant ; vous n’avez rien à faire.',
      ],
    },
    automatic_renewal_failed: {
      subject: '{product} n’a pas pu être renouvelé',
      lines: [
        // A line without all its values is omitted. Only one of the next two lines has all its values.
        'Le renouvellement automatique du produit {product} pour {amount} n’a pas pu être payé par le compte prépayé.',
        '{product} n’a pas pu être renouvelé automatiquement. Motif : {refusal}.',
        'La prochaine tentative a lieu le {next}.',
        'La période payée se termine le {due}.',
      ],
    },
    warranty_notice: {
      subject: '{product} a été renouvelé à crédit',
      lines: [
        '{product} n’a pas été payé à temps ; la garantie de renouvellement l’a renouvelé à crédit. Rien n’est ' +
          'interrompu et il n’y a pas de frais.',
        'Veuillez payer la facture jusqu’au {heldUntil}. Sans paiement, le produit est bloqué dès le {blockedFrom}.',
      ],
    },
    invoice_reminder: {
      subject: 'Rappel : {document} reste à payer',
      lines: [
        'Nous n’avons pas encore reçu de paiement pour {document}. Si vous venez de payer, merci : ce message a ' +
          'croisé votre paiement et ne coûte rien.',
      ],
    },
    invoice_final_reminder: {
      subject: 'Dernier rappel : {document} reste à payer',
      lines: [
        'Nous n’avons toujours pas reçu de paiement pour {document}. Veuillez payer maintenant pour que rien ne ' +
          'doive être bloqué.',
      ],
    },
    product_blocked: {
      subject: '{product} est bloqué',
      lines: [
        '{product}, chez {organization}, est bloqué. Les personnes qui gèrent les produits peuvent continuer à ' +
          'l’utiliser ; pour toutes les autres, il est indisponible jusqu’à la levée du blocage. Tous les droits ' +
          'restent tels quels.',
        'Motif : {blockReason}',
      ],
    },
    product_in_maintenance: {
      subject: '{product} est en maintenance',
      lines: [
        '{product}, chez {organization}, est en maintenance. Les e-mails continuent d’arriver et sont conservés. ' +
          'Les personnes qui gèrent les produits peuvent continuer à utiliser le produit ; pour toutes les autres, ' +
          'le produit est indisponible jusqu’à la fin de la maintenance. Tous les droits restent tels quels.',
        'Motif : {blockReason}',
      ],
    },
    product_unblocked: {
      subject: '{product} est de nouveau disponible',
      lines: [
        '{product}, chez {organization}, n’est plus bloqué. Tout le monde peut l’utiliser à nouveau, avec les mêmes ' +
          'droits qu’avant.',
        'Blocage levé : {blockReason}',
      ],
    },
    content_shared: {
      subject: 'Nouvel accès à {resource}',
      each: [
        '{person} peut désormais {right} ce que contient {resource}.',
        'L’équipe {team} ({peopleCount}) peut désormais {right} ce que contient {resource}.',
        '{joiner} fait désormais partie de l’équipe {team} et peut donc {right} ce que contient {resource}.',
        'Toute l’organisation {wholeOrganization}, sauf les externes, peut désormais {right} ce que contient ' +
          '{resource}.',
        'Dans l’équipe depuis : {joinedAt}. Ajout fait par : {addedBy}.',
        'Accès donné par : {by}. Depuis : {givenAt}. Fin : {endsOn}.',
        'Motif : {grantReason}',
      ],
      lines: ['Vous recevez ce message, car {resource} vous appartient.'],
    },
    transfer_offered: {
      subject: 'Un produit vous est proposé',
      lines: [
        '{offerer} vous propose de reprendre un produit.',
        'Nom du produit : {product}',
        'Nom de l’organisation : {organization}',
        'Avant d’accepter, vous voyez le prix, la prochaine échéance et ce qui n’est pas repris. Si vous n’avez pas ' +
          'encore de compte, vous pouvez en ouvrir un sur la même page.',
        'La proposition est valable jusqu’au {expires} et pour cette adresse uniquement.',
      ],
      link: 'Voir la proposition',
    },
    transfer_accepted: {
      subject: '{product} a été repris',
      lines: [
        '{receiver} a repris {product} : votre proposition a été acceptée.',
        'Les accès donnés par {organization} sur {product} ont pris fin. Le renouvellement automatique, l’adresse ' +
          'de facturation et la garantie de renouvellement sont détachés du produit. Les documents restent chez ' +
          '{organization}.',
      ],
    },
    transfer_declined: {
      subject: 'Votre proposition de transférer {product} a été refusée',
      lines: [
        'Votre proposition de transférer {product} a été refusée.',
        '{product} reste chez {organization}, avec tous ses accès et réglages. Vous pouvez le proposer à nouveau à ' +
          'tout moment.',
      ],
    },
    transfer_expired: {
      subject: 'Votre proposition de transférer {product} a expiré',
      lines: [
        'Personne n’a accepté jusqu’au {expires} votre proposition de transférer {product}.',
        '{product} reste chez {organization}, avec tous ses accès et réglages. Vous pouvez le proposer à nouveau à ' +
          'tout moment.',
      ],
    },
  },
};
