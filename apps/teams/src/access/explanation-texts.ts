import type { Locale } from '@cordee/contracts/values';
import type { DenialReason } from '@cordee/access/decide';
import type { Role } from '@cordee/contracts/permissions';

/** The date and the giver of a grant. `by` is undefined when the caller may not see the giver. */
export interface GrantDetails {
  on: string;
  by: string | undefined;
}

/** The sentences of an explanation in one language. */
export interface ExplanationTexts {
  readonly allowed: string;
  readonly denied: Readonly<Record<DenialReason, string>>;
  readonly role: Readonly<Record<Role, string>>;
  readonly owner: string;
  readonly support: string;
  readonly direct: (details: GrantDetails) => string;
  readonly organization: (details: GrantDetails) => string;
  /** `team` is undefined when the caller may not see the team. */
  readonly team: (details: GrantDetails, team: string | undefined) => string;
  readonly through: (team: string) => string;
  /** `rights` are the rights that a narrowed grant still gives. */
  readonly narrowed: (rights: string) => string;
  readonly endsOn: (date: string) => string;
  readonly ownFilesOnly: string;
}

const roleTexts = (
  sentenceFor: (role: string) => string,
  legalRepresentative: string,
  administrator: string,
): Record<Role, string> => ({
  legal_representative: sentenceFor(legalRepresentative),
  administrator: sentenceFor(administrator),
  // The roles collaborator and external give no rights, but the type requires a text for every role.
  collaborator: '',
  external: '',
});

export const explanationTexts: Readonly<Record<Locale, ExplanationTexts>> = {
  en: {
    allowed: 'This is allowed.',
    denied: {
      not_in_organization: 'This is not allowed: the person does not belong to the organization.',
      person_blocked: 'This is not allowed: the person is blocked.',
      second_factor_missing: 'This is not allowed: the organization requires a second factor, and the person has none.',
      product_unknown: 'This is not allowed: the organization has no such product.',
      resource_unknown: 'This is not allowed: the product has no such resource.',
      product_blocked: 'This is not allowed for now: the right was given, but the product is blocked.',
      external_capped: 'This is not allowed: the right was given, but an external can never have it.',
      inheritance_restricted:
        'This is not allowed: the right was given on an outer object, but a restriction removes it here.',
      team_members_only: 'This is not allowed: the right was given to a team, but not to its externals.',
      no_grant: 'This is not allowed: nobody has given this right.',
      right_unknown: 'Products of this type have no such right.',
      token_scope_missing:
        'This is not allowed with this API token: the person has the right, but it is not among the token’s scopes.',
    },
    role: roleTexts(
      (role) => `The role of ${role} gives this right on every product.`,
      'legal representative',
      'administrator',
    ),
    owner: 'The resource belongs to this person.',
    support: 'The customer gave this member of the support staff access.',
    direct: ({ on, by }) => `The right was given to the person directly on ${on}${by ? ` by ${by}` : ''}.`,
    organization: ({ on, by }) => `The right was given to the whole organization on ${on}${by ? ` by ${by}` : ''}.`,
    team: ({ on, by }, team) =>
      `The right was given to ${team ? `the team “${team}”` : 'a parent team'} on ${on}${by ? ` by ${by}` : ''}.`,
    through: (team) => `The person has it through the team “${team}”.`,
    narrowed: (rights) => `A restriction narrows it on this resource to: ${rights}.`,
    endsOn: (date) => `It ends on ${date}.`,
    ownFilesOnly: 'As an external, the person deletes only their own files.',
  },
  fr: {
    allowed: 'C’est autorisé.',
    denied: {
      not_in_organization: 'Ce n’est pas autorisé : la personne ne fait pas partie de l’organisation.',
      person_blocked: 'Ce n’est pas autorisé : la personne est bloquée.',
      second_factor_missing:
        'Ce n’est pas autorisé : l’organisation exige un second facteur, et la personne n’en a pas.',
      product_unknown: 'Ce n’est pas autorisé : l’organisation n’a pas ce produit.',
      resource_unknown: 'Ce n’est pas autorisé : le produit n’a pas cet élément.',
      product_blocked: 'Ce n’est pas autorisé pour l’instant : le droit a été donné, mais le produit est bloqué.',
      external_capped:
        'Ce n’est pas autorisé : le droit a été donné, mais une personne externe ne peut jamais l’avoir.',
      inheritance_restricted: 'Ce n’est pas autorisé : le droit a été donné plus haut, mais une restriction le retire.',
      team_members_only: 'Ce n’est pas autorisé : le droit a été donné à une équipe, mais pas à ses externes.',
      no_grant: 'Ce n’est pas autorisé : personne n’a donné ce droit.',
      right_unknown: 'Les produits de ce type n’ont pas ce droit.',
      token_scope_missing:
        'Ce n’est pas autorisé avec ce jeton d’API : la personne a ce droit, mais la portée du jeton ne ' +
        'le comprend pas.',
    },
    role: roleTexts(
      (role) => `Le rôle ${role} donne ce droit sur tous les produits.`,
      'de représentant légal',
      'd’administrateur',
    ),
    owner: 'Cela appartient à cette personne.',
    support: 'Le client a donné accès à ce membre de l’assistance.',
    direct: ({ on, by }) => `Le droit a été donné directement à la personne le ${on}${by ? ` par ${by}` : ''}.`,
    organization: ({ on, by }) => `Le droit a été donné à toute l’organisation le ${on}${by ? ` par ${by}` : ''}.`,
    team: ({ on, by }, team) =>
      `Le droit a été donné à ${team ? `l’équipe « ${team} »` : 'une équipe parente'} le ` +
      `${on}${by ? ` par ${by}` : ''}.`,
    through: (team) => `Il parvient à la personne par l’équipe « ${team} ».`,
    narrowed: (rights) => `Une restriction le réduit ici à : ${rights}.`,
    endsOn: (date) => `Il prend fin le ${date}.`,
    ownFilesOnly: 'En tant qu’externe, la personne ne supprime que ses propres fichiers.',
  },
  de: {
    allowed: 'Das ist erlaubt.',
    denied: {
      not_in_organization: 'Das ist nicht erlaubt: Die Person gehört nicht zur Organisation.',
      person_blocked: 'Das ist nicht erlaubt: Die Person ist gesperrt.',
      second_factor_missing:
        'Das ist nicht erlaubt: Die Organisation verlangt einen zweiten Faktor, und die Person hat keinen.',
      product_unknown: 'Das ist nicht erlaubt: Die Organisation hat kein solches Produkt.',
      resource_unknown: 'Das ist nicht erlaubt: Das Produkt hat kein solches Element.',
      product_blocked: 'Das ist zurzeit nicht erlaubt: Das Recht wurde vergeben, aber das Produkt ist gesperrt.',
      external_capped: 'Das ist nicht erlaubt: Das Recht wurde vergeben, aber Externe können es nie haben.',
      inheritance_restricted:
        'Das ist nicht erlaubt: Das Recht wurde weiter oben vergeben, aber eine Einschränkung entzieht es.',
      team_members_only:
        'Das ist nicht erlaubt: Das Recht wurde einem Team gegeben, aber nicht seinen externen Personen.',
      no_grant: 'Das ist nicht erlaubt: Niemand hat dieses Recht vergeben.',
      right_unknown: 'Produkte dieser Art haben dieses Recht nicht.',
      token_scope_missing:
        'Das ist mit diesem API-Token nicht erlaubt: Die Person hat das Recht, aber der Geltungsbereich ' +
        'des Tokens umfasst es nicht.',
    },
    role: roleTexts(
      (role) => `Die Rolle ${role} gibt dieses Recht auf allen Produkten.`,
      'der gesetzlichen Vertretung',
      'der Administration',
    ),
    owner: 'Es gehört dieser Person.',
    support: 'Die Kundschaft hat dieser Person vom Support Zugang gegeben.',
    direct: ({ on, by }) => `Das Recht wurde der Person am ${on}${by ? ` von ${by}` : ''} direkt gegeben.`,
    organization: ({ on, by }) => `Das Recht wurde am ${on}${by ? ` von ${by}` : ''} der ganzen Organisation gegeben.`,
    team: ({ on, by }, team) =>
      `Das Recht wurde am ${on}${by ? ` von ${by}` : ''} ` +
      `${team ? `dem Team «${team}»` : 'einem übergeordneten Team'} gegeben.`,
    through: (team) => `Es erreicht die Person über das Team «${team}».`,
    narrowed: (rights) => `Eine Einschränkung verringert es hier auf: ${rights}.`,
    endsOn: (date) => `Es endet am ${date}.`,
    ownFilesOnly: 'Als externe Person löscht sie nur ihre eigenen Dateien.',
  },
  it: {
    allowed: 'È consentito.',
    denied: {
      not_in_organization: 'Non è consentito: la persona non fa parte dell’organizzazione.',
      person_blocked: 'Non è consentito: la persona è bloccata.',
      second_factor_missing: 'Non è consentito: l’organizzazione richiede un secondo fattore, e la persona non ne ha.',
      product_unknown: 'Non è consentito: l’organizzazione non ha questo prodotto.',
      resource_unknown: 'Non è consentito: il prodotto non ha questo elemento.',
      product_blocked: 'Per ora non è consentito: il diritto è stato dato, ma il prodotto è bloccato.',
      external_capped: 'Non è consentito: il diritto è stato dato, ma una persona esterna non può mai averlo.',
      inheritance_restricted: 'Non è consentito: il diritto è stato dato più in alto, ma una restrizione lo toglie.',
      team_members_only: 'Non è consentito: il diritto è stato dato a un team, ma non ai suoi esterni.',
      no_grant: 'Non è consentito: nessuno ha dato questo diritto.',
      right_unknown: 'I prodotti di questo tipo non hanno questo diritto.',
      token_scope_missing:
        'Non è consentito con questo token API: la persona ha il diritto, ma non rientra nell’ambito del token.',
    },
    role: roleTexts(
      (role) => `Il ruolo di ${role} dà questo diritto su tutti i prodotti.`,
      'rappresentante legale',
      'amministratore',
    ),
    owner: 'Appartiene a questa persona.',
    support: 'Il cliente ha dato accesso a questa persona dell’assistenza.',
    direct: ({ on, by }) => `Il diritto è stato dato direttamente alla persona il ${on}${by ? ` da ${by}` : ''}.`,
    organization: ({ on, by }) => `Il diritto è stato dato a tutta l’organizzazione il ${on}${by ? ` da ${by}` : ''}.`,
    team: ({ on, by }, team) =>
      `Il diritto è stato dato ${team ? `al team «${team}»` : 'a un team superiore'} il ${on}${by ? ` da ${by}` : ''}.`,
    through: (team) => `Arriva alla persona tramite il team «${team}».`,
    narrowed: (rights) => `Una restrizione lo riduce qui a: ${rights}.`,
    endsOn: (date) => `Finisce il ${date}.`,
    ownFilesOnly: 'Come esterna, la persona elimina solo i propri file.',
  },
  es: {
    allowed: 'Está permitido.',
    denied: {
      not_in_organization: 'No está permitido: la persona no pertenece a la organización.',
      person_blocked: 'No está permitido: la persona está bloqueada.',
      second_factor_missing:
        'No está permitido: la organización exige un segundo factor, y la persona no tiene ninguno.',
      product_unknown: 'No está permitido: la organización no tiene ese producto.',
      resource_unknown: 'No está permitido: el producto no tiene ese elemento.',
      product_blocked: 'Por ahora no está permitido: el derecho se dio, pero el producto está bloqueado.',
      external_capped: 'No está permitido: el derecho se dio, pero una persona externa no puede tenerlo nunca.',
      inheritance_restricted: 'No está permitido: el derecho se dio más arriba, pero una restricción lo quita.',
      team_members_only: 'No está permitido: el derecho se dio a un equipo, pero no a sus externos.',
      no_grant: 'No está permitido: nadie ha dado este derecho.',
      right_unknown: 'Los productos de este tipo no tienen este derecho.',
      token_scope_missing:
        'No está permitido con este token de API: la persona tiene el derecho, pero no está en el alcance del token.',
    },
    role: roleTexts(
      (role) => `El rol de ${role} da este derecho sobre todos los productos.`,
      'representante legal',
      'administrador',
    ),
    owner: 'Pertenece a esta persona.',
    support: 'El cliente ha dado acceso a esta persona de soporte.',
    direct: ({ on, by }) => `El derecho se dio directamente a la persona el ${on}${by ? ` por ${by}` : ''}.`,
    organization: ({ on, by }) => `El derecho se dio a toda la organización el ${on}${by ? ` por ${by}` : ''}.`,
    team: ({ on, by }, team) =>
      `El derecho se dio ${team ? `al equipo «${team}»` : 'a un equipo superior'} el ${on}${by ? ` por ${by}` : ''}.`,
    through: (team) => `Llega a la persona a través del equipo «${team}».`,
    narrowed: (rights) => `Una restricción lo reduce aquí a: ${rights}.`,
    endsOn: (date) => `Termina el ${date}.`,
    ownFilesOnly: 'Como externa, la persona solo elimina sus propios archivos.',
  },
};
