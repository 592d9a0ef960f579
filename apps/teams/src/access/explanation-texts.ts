import type { Locale } from '@cordee/contracts/values';
import type { DenialReason } from '@cordee/access/decide-access';
import type { Role } from '@cordee/contracts/permissions';

/** The date of a grant, and the name of the giver. */
export interface GrantDetails {
  date: string;
  /** Undefined when the name is unknown or the caller may not see the name. */
  giver: string | undefined;
}

/** The sentences of an explanation in one language. */
export interface ExplanationTexts {
  readonly allowed: string;
  readonly denied: Readonly<Record<DenialReason, string>>;
  readonly role: Readonly<Record<Role, string>>;
  readonly owner: string;
  readonly support: (endDate: string) => string;
  readonly direct: (details: GrantDetails) => string;
  readonly organization: (details: GrantDetails) => string;
  /** `team` is undefined when the caller may not see the team. */
  readonly team: (details: GrantDetails, team: string | undefined) => string;
  readonly through: (team: string) => string;
  /** `rights` are the rights that a narrowed grant still gives. */
  readonly narrowed: (rights: string) => string;
  readonly endsOn: (endDate: string) => string;
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
    allowed: 'Access is allowed.',
    denied: {
      not_in_organization: 'Access is not allowed: the person does not belong to the organization.',
      person_blocked: 'Access is not allowed: the person is blocked.',
      second_factor_missing:
        'Access is not allowed: the organization requires a second factor, and the person has none.',
      product_unknown: 'Access is not allowed: the organization does not have this product.',
      resource_unknown: 'Access is not allowed: the product does not have this resource.',
      product_blocked: 'Access is not allowed for now: the right was given, but the product is blocked.',
      external_capped: 'Access is not allowed: the right was given, but an external can never have it.',
      inheritance_restricted:
        'Access is not allowed: the right was given on an outer object, but a restriction removes it here.',
      team_members_only: 'Access is not allowed: the right was given to a team, but not to its externals.',
      no_grant: 'Access is not allowed: the person was not given this right.',
      right_unknown: 'Products of this type do not have this right.',
      token_scope_missing:
        'Access is not allowed with this API token: the person has the right, but it is not among the token’s scopes.',
    },
    role: roleTexts(
      (role) => `The role of ${role} gives this right on every product.`,
      'legal representative',
      'administrator',
    ),
    owner: 'The resource belongs to this person.',
    support: (endDate) => `The customer gave this member of the support staff access until ${endDate}.`,
    direct: ({ date, giver }) => `The right was given to the person directly on ${date}${giver ? ` by ${giver}` : ''}.`,
    organization: ({ date, giver }) =>
      `The right was given to the whole organization on ${date}${giver ? ` by ${giver}` : ''}.`,
    team: ({ date, giver }, team) =>
      `The right was given to ${team ? `the team “${team}”` : 'a parent team'} on ` +
      `${date}${giver ? ` by ${giver}` : ''}.`,
    through: (team) => `The person has this right through the team “${team}”.`,
    narrowed: (rights) => `A restriction narrows this right on the resource to: ${rights}.`,
    endsOn: (endDate) => `The right ends on ${endDate}.`,
    ownFilesOnly: 'As an external, the person may delete only their own files.',
  },
  fr: {
    allowed: 'L’accès est autorisé.',
    denied: {
      not_in_organization: 'L’accès n’est pas autorisé : la personne ne fait pas partie de l’organisation.',
      person_blocked: 'L’accès n’est pas autorisé : la personne est bloquée.',
      second_factor_missing:
        'L’accès n’est pas autorisé : l’organisation exige un second facteur, et la personne n’en a pas.',
      product_unknown: 'L’accès n’est pas autorisé : l’organisation n’a pas ce produit.',
      resource_unknown: 'L’accès n’est pas autorisé : le produit n’a pas cet élément.',
      product_blocked: 'L’accès n’est pas autorisé pour l’instant : le droit a été donné, mais le produit est bloqué.',
      external_capped:
        'L’accès n’est pas autorisé : le droit a été donné, mais une personne externe ne peut jamais l’avoir.',
      inheritance_restricted:
        'L’accès n’est pas autorisé : le droit a été donné plus haut, mais une restriction le retire.',
      team_members_only: 'L’accès n’est pas autorisé : le droit a été donné à une équipe, mais pas à ses externes.',
      no_grant: 'L’accès n’est pas autorisé : ce droit n’a pas été donné à la personne.',
      right_unknown: 'Les produits de ce type n’ont pas ce droit.',
      token_scope_missing:
        'L’accès n’est pas autorisé avec ce jeton d’API : la personne a ce droit, mais la portée du jeton ne ' +
        'le comprend pas.',
    },
    role: roleTexts(
      (role) => `Le rôle ${role} donne ce droit sur tous les produits.`,
      'de représentant légal',
      'd’administrateur',
    ),
    owner: 'L’élément appartient à cette personne.',
    support: (endDate) => `Le client a donné accès à ce membre de l’assistance jusqu’au ${endDate}.`,
    direct: ({ date, giver }) =>
      `Le droit a été donné directement à la personne le ${date}${giver ? ` par ${giver}` : ''}.`,
    organization: ({ date, giver }) =>
      `Le droit a été donné à toute l’organisation le ${date}${giver ? ` par ${giver}` : ''}.`,
    team: ({ date, giver }, team) =>
      `Le droit a été donné à ${team ? `l’équipe « ${team} »` : 'une équipe parente'} le ` +
      `${date}${giver ? ` par ${giver}` : ''}.`,
    through: (team) => `La personne a ce droit par l’équipe « ${team} ».`,
    narrowed: (rights) => `Une restriction réduit ce droit sur l’élément à : ${rights}.`,
    endsOn: (endDate) => `Le droit prend fin le ${endDate}.`,
    ownFilesOnly: 'En tant qu’externe, la personne ne peut supprimer que ses propres fichiers.',
  },
  de: {
    allowed: 'Der Zugriff ist erlaubt.',
    denied: {
      not_in_organization: 'Der Zugriff ist nicht erlaubt: Die Person gehört nicht zur Organisation.',
      person_blocked: 'Der Zugriff ist nicht erlaubt: Die Person ist gesperrt.',
      second_factor_missing:
        'Der Zugriff ist nicht erlaubt: Die Organisation verlangt einen zweiten Faktor, und die Person hat keinen.',
      product_unknown: 'Der Zugriff ist nicht erlaubt: Die Organisation hat dieses Produkt nicht.',
      resource_unknown: 'Der Zugriff ist nicht erlaubt: Das Produkt hat dieses Element nicht.',
      product_blocked:
        'Der Zugriff ist zurzeit nicht erlaubt: Das Recht wurde vergeben, aber das Produkt ist gesperrt.',
      external_capped: 'Der Zugriff ist nicht erlaubt: Das Recht wurde vergeben, aber Externe können es nie haben.',
      inheritance_restricted:
        'Der Zugriff ist nicht erlaubt: Das Recht wurde weiter oben vergeben, aber eine Einschränkung entzieht es.',
      team_members_only:
        'Der Zugriff ist nicht erlaubt: Das Recht wurde einem Team gegeben, aber nicht seinen externen Personen.',
      no_grant: 'Der Zugriff ist nicht erlaubt: Die Person hat dieses Recht nicht erhalten.',
      right_unknown: 'Produkte dieser Art haben dieses Recht nicht.',
      token_scope_missing:
        'Der Zugriff ist mit diesem API-Token nicht erlaubt: Die Person hat das Recht, aber der Geltungsbereich ' +
        'des Tokens umfasst es nicht.',
    },
    role: roleTexts(
      (role) => `Die Rolle ${role} gibt dieses Recht auf allen Produkten.`,
      'der gesetzlichen Vertretung',
      'der Administration',
    ),
    owner: 'Das Element gehört dieser Person.',
    support: (endDate) => `Die Kundschaft hat dieser Person vom Support bis zum ${endDate} Zugang gegeben.`,
    direct: ({ date, giver }) => `Das Recht wurde der Person am ${date}${giver ? ` von ${giver}` : ''} direkt gegeben.`,
    organization: ({ date, giver }) =>
      `Das Recht wurde am ${date}${giver ? ` von ${giver}` : ''} der ganzen Organisation gegeben.`,
    team: ({ date, giver }, team) =>
      `Das Recht wurde am ${date}${giver ? ` von ${giver}` : ''} ` +
      `${team ? `dem Team «${team}»` : 'einem übergeordneten Team'} gegeben.`,
    through: (team) => `Die Person hat dieses Recht über das Team «${team}».`,
    narrowed: (rights) => `Eine Einschränkung verringert dieses Recht auf dem Element auf: ${rights}.`,
    endsOn: (endDate) => `Das Recht endet am ${endDate}.`,
    ownFilesOnly: 'Die externe Person darf nur ihre eigenen Dateien löschen.',
  },
  it: {
    allowed: 'L’accesso è consentito.',
    denied: {
      not_in_organization: 'L’accesso non è consentito: la persona non fa parte dell’organizzazione.',
      person_blocked: 'L’accesso non è consentito: la persona è bloccata.',
      second_factor_missing:
        'L’accesso non è consentito: l’organizzazione richiede un secondo fattore, e la persona non ne ha.',
      product_unknown: 'L’accesso non è consentito: l’organizzazione non ha questo prodotto.',
      resource_unknown: 'L’accesso non è consentito: il prodotto non ha questo elemento.',
      product_blocked: 'Per ora l’accesso non è consentito: il diritto è stato dato, ma il prodotto è bloccato.',
      external_capped:
        'L’accesso non è consentito: il diritto è stato dato, ma una persona esterna non può mai averlo.',
      inheritance_restricted:
        'L’accesso non è consentito: il diritto è stato dato più in alto, ma una restrizione lo toglie.',
      team_members_only: 'L’accesso non è consentito: il diritto è stato dato a un team, ma non ai suoi esterni.',
      no_grant: 'L’accesso non è consentito: questo diritto non è stato dato alla persona.',
      right_unknown: 'I prodotti di questo tipo non hanno questo diritto.',
      token_scope_missing:
        'L’accesso non è consentito con questo token API: la persona ha il diritto, ma l’ambito del ' +
        'token non lo comprende.',
    },
    role: roleTexts(
      (role) => `Il ruolo di ${role} dà questo diritto su tutti i prodotti.`,
      'rappresentante legale',
      'amministratore',
    ),
    owner: 'L’elemento appartiene a questa persona.',
    support: (endDate) =>
      `Il cliente ha dato accesso a questa persona dell’assistenza. L’accesso scade in data ${endDate}.`,
    direct: ({ date, giver }) =>
      `Il diritto è stato dato direttamente alla persona in data ${date}${giver ? ` da ${giver}` : ''}.`,
    organization: ({ date, giver }) =>
      `Il diritto è stato dato a tutta l’organizzazione in data ${date}${giver ? ` da ${giver}` : ''}.`,
    team: ({ date, giver }, team) =>
      `Il diritto è stato dato ${team ? `al team «${team}»` : 'a un team superiore'} in data ` +
      `${date}${giver ? ` da ${giver}` : ''}.`,
    through: (team) => `La persona ha questo diritto tramite il team «${team}».`,
    narrowed: (rights) => `Una restrizione riduce questo diritto sull’elemento a: ${rights}.`,
    endsOn: (endDate) => `Il diritto scade in data ${endDate}.`,
    ownFilesOnly: 'Come esterna, la persona può eliminare solo i propri file.',
  },
  es: {
    allowed: 'El acceso está permitido.',
    denied: {
      not_in_organization: 'El acceso no está permitido: la persona no pertenece a la organización.',
      person_blocked: 'El acceso no está permitido: la persona está bloqueada.',
      second_factor_missing:
        'El acceso no está permitido: la organización exige un segundo factor, y la persona no tiene ninguno.',
      product_unknown: 'El acceso no está permitido: la organización no tiene ese producto.',
      resource_unknown: 'El acceso no está permitido: el producto no tiene ese elemento.',
      product_blocked: 'Por ahora el acceso no está permitido: el derecho se dio, pero el producto está bloqueado.',
      external_capped:
        'El acceso no está permitido: el derecho se dio, pero una persona externa no puede tenerlo nunca.',
      inheritance_restricted:
        'El acceso no está permitido: el derecho se dio más arriba, pero una restricción lo quita.',
      team_members_only: 'El acceso no está permitido: el derecho se dio a un equipo, pero no a sus externos.',
      no_grant: 'El acceso no está permitido: este derecho no se ha dado a la persona.',
      right_unknown: 'Los productos de este tipo no tienen este derecho.',
      token_scope_missing:
        'El acceso no está permitido con este token de API: la persona tiene el derecho, pero el ' +
        'alcance del token no lo incluye.',
    },
    role: roleTexts(
      (role) => `El rol de ${role} da este derecho sobre todos los productos.`,
      'representante legal',
      'administrador',
    ),
    owner: 'El elemento pertenece a esta persona.',
    support: (endDate) => `El cliente ha dado acceso a esta persona de soporte hasta el ${endDate}.`,
    direct: ({ date, giver }) =>
      `El derecho se dio directamente a la persona el ${date}${giver ? ` por ${giver}` : ''}.`,
    organization: ({ date, giver }) =>
      `El derecho se dio a toda la organización el ${date}${giver ? ` por ${giver}` : ''}.`,
    team: ({ date, giver }, team) =>
      `El derecho se dio ${team ? `al equipo «${team}»` : 'a un equipo superior'} el ` +
      `${date}${giver ? ` por ${giver}` : ''}.`,
    through: (team) => `La persona tiene este derecho a través del equipo «${team}».`,
    narrowed: (rights) => `Una restricción reduce este derecho en el elemento a: ${rights}.`,
    endsOn: (endDate) => `El derecho termina el ${endDate}.`,
    ownFilesOnly: 'Como externa, la persona solo puede eliminar sus propios archivos.',
  },
};
