import type { Locale } from '@cordee/contracts/values';
import type { KindTexts } from './mail-texts.ts';

/** Mails about products that change organization (PROD-5), in each language. */
export const transferTexts: Record<Locale, Record<'transfer_offered', KindTexts>> = {
  de: {
    transfer_offered: {
      subject: '{organization} möchte Ihnen {product} übertragen',
      lines: ['{offerer} von {organization} bietet Ihnen an, {product} zu übernehmen.', 'Bevor Sie annehmen, sehen Sie den Preis, die nächste Fälligkeit und was nicht mitkommt. Wenn Sie noch kein Konto haben, können Sie dort eines eröffnen.', 'Das Angebot gilt bis {expires} und nur für diese Adresse.'],
      link: 'Angebot ansehen',
    },
  },
  en: {
    transfer_offered: {
      subject: '{organization} would like to transfer {product} to you',
      lines: ['{offerer} of {organization} offers you to take over {product}.', 'Before you accept you see the price, the next due date and what does not come with it. If you have no account yet, you can open one there.', 'The offer is good until {expires} and for this address only.'],
      link: 'See the offer',
    },
  },
  es: {
    transfer_offered: {
      subject: '{organization} quiere transferirle {product}',
      lines: ['{offerer} de {organization} le ofrece hacerse cargo de {product}.', 'Antes de aceptar verá el precio, el próximo vencimiento y lo que no se transfiere. Si todavía no tiene cuenta, puede abrir una allí.', 'La oferta es válida hasta el {expires} y solo para esta dirección.'],
      link: 'Ver la oferta',
    },
  },
  fr: {
    transfer_offered: {
      subject: '{organization} souhaite vous transférer {product}',
      lines: ['{offerer} de {organization} vous propose de reprendre {product}.', 'Avant d’accepter, vous voyez le prix, la prochaine échéance et ce qui n’est pas repris. Si vous n’avez pas encore de compte, vous pouvez en ouvrir un.', 'La proposition est valable jusqu’au {expires} et pour cette adresse uniquement.'],
      link: 'Voir la proposition',
    },
  },
  it: {
    transfer_offered: {
      subject: '{organization} desidera trasferirle {product}',
      lines: ['{offerer} di {organization} le propone di rilevare {product}.', 'Prima di accettare vede il prezzo, la prossima scadenza e ciò che non viene trasferito. Se non ha ancora un conto, può aprirne uno.', 'La proposta è valida fino al {expires} e solo per questo indirizzo.'],
      link: 'Vedere la proposta',
    },
  },
};
