import type { MailTexts } from './mail-texts.ts';

export const es: MailTexts = {
  greeting: 'Hola {name}:',
  labels: {
    document: 'Documento',
    amount: 'Importe',
    open: 'Pendiente',
    due: 'Vence el',
    iban: 'Cuenta del beneficiario',
    reference: 'Referencia',
    countedUntil: 'Pagos contabilizados hasta',
  },
  verify: 'Número de este mensaje: {number}. Tras iniciar sesión puede comprobar con este número si es auténtico.',
  automatic: 'Este mensaje se ha enviado automáticamente.',
  roles: {
    legal_representative: 'representante legal',
    administrator: 'administrador',
    collaborator: 'colaborador',
    external: 'externo',
  },
  reasons: {
    overpaid: 'se pagó más de lo debido',
    amount_too_low: 'se pagó menos de lo debido',
    wrong_currency: 'llegó en otra moneda',
    reference_already_settled: 'su referencia pertenece a algo ya pagado',
    reference_cancelled: 'su referencia pertenece a algo anulado',
    reference_expired: 'su referencia pertenece a algo vencido',
    reference_unknown: 'su referencia no se conoce',
    reference_invalid: 'su referencia no es válida',
    reference_missing: 'no llevaba referencia',
    standing_order: 'llevaba su referencia para órdenes permanentes',
    top_up: 'usted recargó la cuenta',
    used: 'se pagó una factura con la cuenta',
    reversed: 'se anuló un apunte',
    refunded: 'un reembolso fue a la cuenta',
  },
  refusals: {
    ADDRESS_MISSING: 'no hay dirección de facturación',
    PRICE_MISSING: 'ya no se ofrece en esta forma',
    PERIOD_CHARGED: 'el periodo ya se facturó a otra organización',
    other: 'no se pudo emitir la factura',
  },
  rights: { read: 'leer', view: 'ver', change: 'ver y modificar', manage: 'ver, modificar y gestionar' },
  peopleCount: { one: '{count} persona', other: '{count} personas' },
  noEnd: 'hasta que se retire',
  kinds: {
    sign_up_confirmation: {
      subject: 'Confirme su dirección',
      lines: [
        'para terminar el registro, abra el enlace y escriba la contraseña que eligió. El enlace vale 24 horas.',
        'Si usted no se registró, ignore este mensaje: no pasa nada.',
      ],
      link: 'Confirmar la dirección',
    },
    account_exists: {
      subject: 'Ya tiene una cuenta',
      lines: [
        'alguien, quizá usted, se registró con esta dirección, que ya tiene una cuenta. Inicie sesión con ella.',
        'Si no fue usted, ignore este mensaje: nada ha cambiado.',
      ],
    },
    password_guessing: {
      subject: 'Alguien intenta iniciar sesión en su cuenta',
      lines: [
        'hasta el {day} a las {time} fallaron {attempts} intentos de iniciar sesión en su cuenta con una contraseña.',
        'Los intentos siguientes deben esperar, también con la contraseña correcta. Esto no afecta a los ' +
          'dispositivos en los que inició sesión después del último cambio de la contraseña.',
        'Si fue usted, no tiene que hacer nada. Si no, configure un segundo factor, y elija otra contraseña si ' +
          'usa esta también en otro lugar.',
      ],
    },
    password_reset: {
      subject: 'Elija una nueva contraseña',
      lines: [
        'con este enlace elige una nueva contraseña para su cuenta. Vale una hora y una sola vez. Si pide otro ' +
          'enlace, este deja de valer.',
        'Si no lo pidió, ignore este mensaje: su contraseña sigue siendo la misma.',
      ],
      link: 'Elegir una nueva contraseña',
    },
    password_changed: {
      subject: 'Se cambió su contraseña',
      lines: [
        'el {day} a las {time} se cambió la contraseña de su cuenta. Sus sesiones en otros dispositivos han ' +
          'terminado. Los tokens de API siguen siendo válidos.',
        'Si fue usted, no tiene que hacer nada.',
        'Si no, elija ahora una nueva contraseña y compruebe después sus tokens de API y su segundo factor.',
      ],
      link: 'Pedir un enlace para una nueva contraseña',
    },
    invitation: {
      subject: 'Le invitan a una organización',
      lines: [
        '{inviter} le invita a una organización. Su función: {role}.',
        'Nombre de la organización: {organization}',
        'La invitación vale hasta el {expires}.',
        'Vale solo para la dirección {boundTo}.',
      ],
      link: 'Aceptar la invitación',
    },
    invited_teams_missed: {
      subject: '{person} no está en todos los equipos',
      each: [
        '{person} no forma parte del equipo {deletedTeam}: se eliminó entretanto.',
        '{person} no forma parte del equipo {closedTeam}: es solo para miembros de {organization}.',
        '{person} no forma parte del equipo {unknownTeam}: {organization} no tiene ese equipo.',
      ],
      lines: [
        '{person} ha aceptado su invitación y forma parte de {organization}. Puede añadir a esta persona a ' +
          'otros equipos en cualquier momento.',
      ],
    },
    role_changed: {
      subject: 'Su función en {organization} ha cambiado',
      lines: ['{by} ha cambiado su función en {organization}.', 'Antes: {before}. Ahora: {after}.'],
    },
    role_offered: {
      subject: 'Nueva función en {organization}: {after}',
      lines: [
        '{by} le ofrece esta función en {organization}: {after}.',
        'Vale desde que la acepte con la sesión iniciada.',
      ],
    },
    reminders_switched_on: {
      subject: 'Sus recordatorios de {organization} vuelven a estar activados',
      lines: [
        'usted es ahora el único representante legal de {organization}; por eso se han vuelto a activar sus ' +
          'recordatorios por correo.',
        'Podrá desactivarlos en cuanto haya un segundo representante legal.',
      ],
    },
    pro_forma: {
      subject: 'Proforma {document} de {organization}',
      lines: [
        'gracias por su pedido. Encontrará la proforma {document} entre los documentos; lo pedido empieza en ' +
          'cuanto esté pagada.',
      ],
    },
    receipt: { subject: 'Pagado: {document} de {organization}', lines: ['{document} está pagado. Gracias.'] },
    prepaid_credited: {
      subject: 'Un pago se abonó en su cuenta de prepago',
      lines: [
        '{amount} se abonaron en la cuenta de prepago de {organization}, porque {reason}.',
        'El pago indicaba {document}, del que quedan abiertos {stillOpen}. ' +
          'Páguelo desde la cuenta o con la referencia de abajo.',
        'Paga lo que vence; puede usarlo en cualquier momento.',
      ],
    },
    renewal_notice: {
      subject: '{product} vence el {due}',
      lines: ['el periodo pagado de {product} termina el {due}. Renuévelo antes para que nada se interrumpa.'],
    },
    automatic_renewal_notice: {
      subject: '{product} se renueva automáticamente',
      lines: [
        'el periodo pagado de {product} termina el {due}. Se renueva automáticamente poco antes; no tiene que ' +
          'hacer nada.',
      ],
    },
    automatic_renewal_failed: {
      subject: '{product} no se pudo renovar',
      lines: [
        // Only one of the first two lines has all its values.
        'la renovación automática de {product} por {amount} no se pudo pagar con la cuenta de prepago.',
        '{product} no se pudo renovar automáticamente, porque {refusal}.',
        'El próximo intento es el {next}.',
        'El periodo pagado termina el {due}.',
      ],
    },
    warranty_notice: {
      subject: '{product} se renovó a crédito',
      lines: [
        'nadie pagó {product} a tiempo; la garantía de renovación lo renovó a crédito. Nada se interrumpe y ' +
          'no hay recargo.',
        'Pague la factura hasta el {heldUntil}. Sin pago, el producto se bloquea desde el {blockedFrom}.',
      ],
    },
    invoice_reminder: {
      subject: 'Recordatorio: {document} está pendiente',
      lines: [
        'aún no hemos recibido un pago de {document}. Si acaba de pagar, gracias: este mensaje se ha cruzado ' +
          'con su pago y no cuesta nada.',
      ],
    },
    invoice_final_reminder: {
      subject: 'Último recordatorio: {document} está pendiente',
      lines: ['{document} sigue pendiente. Pague ahora para que nada tenga que bloquearse.'],
    },
    product_blocked: {
      subject: '{product} está bloqueado',
      lines: [
        '{product} de {organization} está bloqueado. Quien gestiona los productos sigue trabajando con él; ' +
          'para los demás queda parado hasta que se levante el bloqueo. Todos los derechos siguen igual.',
        'Motivo: {blockReason}',
      ],
    },
    product_in_maintenance: {
      subject: '{product} está en mantenimiento',
      lines: [
        '{product} de {organization} está en mantenimiento. El correo sigue llegando y se conserva; quien ' +
          'gestiona los productos sigue trabajando con él y los demás esperan a que termine el mantenimiento. ' +
          'Todos los derechos siguen igual.',
        'Motivo: {blockReason}',
      ],
    },
    product_unblocked: {
      subject: '{product} se puede usar de nuevo',
      lines: [
        '{product} de {organization} ya no está bloqueado. Todos vuelven a trabajar con él, con los derechos ' +
          'que tenían.',
        'Bloqueo levantado: {blockReason}',
      ],
    },
    content_shared: {
      subject: 'Nuevo acceso a {resource}',
      each: [
        '{person} puede ahora {right} lo que contiene {resource}.',
        'El equipo {team} ({peopleCount}) puede ahora {right} lo que contiene {resource}.',
        '{joiner} forma ahora parte del equipo {team} y por eso puede {right} lo que contiene {resource}.',
        'Todos en {wholeOrganization}, salvo los externos, pueden ahora {right} lo que contiene {resource}.',
        'En el equipo desde: {joinedAt}. Añadido por: {addedBy}.',
        'Acceso dado por: {by}. Desde: {givenAt}. Fin: {endsOn}.',
        'Motivo: {grantReason}',
      ],
      lines: ['Recibe este mensaje porque {resource} es suyo.'],
    },
    transfer_offered: {
      subject: 'Le ofrecen un producto',
      lines: [
        '{offerer} le ofrece hacerse cargo de un producto.',
        'Nombre del producto: {product}',
        'Nombre de la organización: {organization}',
        'Antes de aceptar verá el precio, el próximo vencimiento y lo que no se transfiere. Si todavía no ' +
          'tiene cuenta, puede abrir una allí.',
        'La oferta es válida hasta el {expires} y solo para esta dirección.',
      ],
      link: 'Ver la oferta',
    },
    transfer_accepted: {
      subject: '{product} tiene nueva organización',
      lines: [
        '{receiver} se ha hecho cargo de {product}, de {organization}: su oferta ha sido aceptada.',
        'Lo que {organization} había concedido sobre {product} ha terminado; la renovación automática, la ' +
          'dirección de facturación y la garantía de renovación se han desvinculado. Los documentos permanecen ' +
          'en {organization}.',
      ],
    },
    transfer_declined: {
      subject: 'Su oferta de {product} ha sido rechazada',
      lines: [
        'Su oferta de transferir {product}, de {organization}, ha sido rechazada.',
        '{product} permanece en {organization}, con todo lo que tiene concedido y configurado. Puede volver a ' +
          'ofrecerlo en cualquier momento.',
      ],
    },
    transfer_expired: {
      subject: 'Su oferta de {product} ha caducado',
      lines: [
        'Nadie ha aceptado su oferta de transferir {product}, de {organization}, hasta el {expires}.',
        '{product} permanece en {organization}, con todo lo que tiene concedido y configurado. Puede volver a ' +
          'ofrecerlo en cualquier momento.',
      ],
    },
  },
};
