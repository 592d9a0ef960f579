import { cardTexts } from './card-texts.ts';
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
  verify:
    'Número de este mensaje: {number}. Inicie sesión e introduzca este número para comprobar que el mensaje es ' +
    'auténtico.',
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
    wrong_currency: 'el pago llegó en otra moneda',
    reference_already_settled: 'la referencia del pago pertenece a una deuda ya pagada',
    reference_cancelled: 'la referencia del pago pertenece a una deuda anulada',
    reference_expired: 'la referencia del pago pertenece a una proforma caducada',
    reference_unknown: 'la referencia del pago no se conoce',
    reference_invalid: 'la referencia del pago no es válida',
    reference_missing: 'el pago no llevaba referencia',
    standing_order: 'el pago llevaba la referencia de usted para órdenes permanentes',
    top_up: 'usted recargó la cuenta',
    used: 'se pagó una factura con la cuenta',
    reversed: 'se anuló un apunte',
    refunded: 'se abonó un reembolso en la cuenta',
  },
  refusals: {
    ADDRESS_MISSING: 'no hay dirección de facturación',
    NO_VAT_REGISTRATION: 'no vendemos en el lugar de la dirección de facturación',
    PRICE_MISSING: 'el producto ya no se ofrece en esta forma',
    PERIOD_CHARGED: 'el periodo ya se facturó a otra organización',
    other: 'no se pudo emitir la factura',
  },
  rights: { read: 'leer', view: 'ver', change: 'ver y modificar', manage: 'ver, modificar y gestionar' },
  peopleCount: { one: '{count} persona', other: '{count} personas' },
  documents: { pro_forma: 'Factura proforma', invoice: 'Factura', credit_note: 'Nota de crédito', receipt: 'Recibo' },
  hiddenDocument: 'una factura de {organization}',
  noEnd: 'no previsto',
  kinds: {
    sign_up_confirmation: {
      subject: 'Confirme su dirección',
      lines: [
        'Para terminar el registro, abra el enlace y escriba la contraseña que eligió. El enlace vale 24 horas.',
        'Si usted no se registró, ignore este mensaje: no pasa nada.',
      ],
      link: 'Confirmar la dirección',
    },
    account_exists: {
      subject: 'Ya tiene una cuenta',
      lines: [
        'Alguien, quizá usted, se registró con esta dirección, que ya tiene una cuenta. Inicie sesión con esa cuenta.',
        'Si no fue usted, ignore este mensaje: nada ha cambiado.',
      ],
    },
    password_guessing: {
      subject: 'Alguien intenta iniciar sesión en su cuenta',
      lines: [
        'Hasta el {day} a las {time} fallaron {attempts} intentos de iniciar sesión en su cuenta con una contraseña.',
        'Los intentos siguientes deben esperar, también con la contraseña correcta. Los dispositivos en los que ' +
          'inició sesión después del último cambio de la contraseña no tienen que esperar.',
        'Si fue usted, no tiene que hacer nada. Si no, configure un segundo factor, y elija otra contraseña si usa ' +
          'la actual también en otro lugar.',
      ],
    },
    password_reset: {
      subject: 'Elija una nueva contraseña',
      lines: [
        'Con este enlace elige una nueva contraseña para su cuenta. El enlace vale una hora y una sola vez. Si pide ' +
          'otro enlace, el enlace de este mensaje deja de valer.',
        'Si no pidió el enlace, ignore este mensaje: su contraseña sigue siendo la misma.',
      ],
      link: 'Elegir una nueva contraseña',
    },
    password_changed: {
      subject: 'Se cambió su contraseña',
      lines: [
        'El {day} a las {time} se cambió la contraseña de su cuenta. Sus sesiones en otros dispositivos han ' +
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
        'La invitación vale solo para la dirección {boundTo}.',
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
        '{person} ha aceptado su invitación y forma parte de {organization}. Puede añadir a esta persona a otros ' +
          'equipos en cualquier momento.',
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
        'La función vale desde que inicie sesión y acepte la función.',
      ],
    },
    reminders_switched_on: {
      subject: 'Sus recordatorios de {organization} vuelven a estar activados',
      lines: [
        'Usted es ahora el único representante legal de {organization}; por eso se han vuelto a activar sus ' +
          'recordatorios por correo.',
        'Podrá desactivarlos en cuanto haya un segundo representante legal.',
      ],
    },
    pro_forma: {
      subject: 'Proforma {document} de {organization}',
      lines: [
        'Gracias por su pedido. Encontrará la proforma {orderProForma} entre sus documentos. Su pedido empieza en ' +
          'cuanto la proforma esté pagada.',
        'La proforma {renewalProForma} para la renovación de sus productos está entre sus documentos. Los productos ' +
          'se renuevan en cuanto la proforma esté pagada.',
      ],
    },
    receipt: { subject: 'Pagado: {document} de {organization}', lines: ['{document} está pagado. Gracias.'] },
    document_delivery: {
      subject: '{documentKind} {document}',
      lines: [
        'Este es el documento siguiente: {documentKind} {document}.',
        'Nombre de la organización: {organization}',
        'Los productos terminan el {productsEndOn}.',
        'El documento se adjunta a este mensaje: {attachedFile}',
        'Recibe este mensaje porque su dirección es un buzón para los documentos de la organización.',
      ],
      link: 'Abrir el documento (requiere iniciar sesión)',
    },
    document_export: {
      subject: 'Su exportación de {count} documentos',
      lines: [
        'Aquí tiene su exportación de {count} documentos de {organization}.',
        'El archivo está adjunto a este mensaje: {attachedFile}',
        'Puede descargar el archivo hasta el {availableUntil}, si todavía tiene derecho a ver los ' +
          'documentos de la organización.',
      ],
      link: 'Descargar el archivo (requiere iniciar sesión)',
    },
    invoice_part_paid: {
      subject: 'Pago parcial: {document}',
      lines: [
        'Un pago de {amount} con fecha de valor {valueDate} se usó para {document} de {organization}.',
        'De {document} quedan pendientes {stillOpen}. Pague este importe con la referencia de abajo.',
      ],
    },
    prepaid_credited: {
      subject: 'Un pago se abonó en su cuenta de prepago',
      lines: [
        '{amount} se abonaron en la cuenta de prepago de {organization}, porque {reason}.',
        'La fecha de valor del pago es el {valueDate}.',
        'El pago indicaba {document}, del que quedan pendientes {coveredOpen}. Pague este importe desde la cuenta o ' +
          'con la referencia de abajo.',
        'El pago indicaba {document}, del que quedan pendientes {uncoveredOpen}. Pague este importe con la ' +
          'referencia de abajo.',
        'La cuenta de prepago paga las facturas pendientes en la moneda de su saldo, a menos que usted haya ' +
          'desactivado esta opción. Puede usar el dinero en cualquier momento.',
      ],
    },
    ...cardTexts.es,
    renewal_notice: {
      subject: '{product} vence el {due}',
      lines: [
        'El periodo pagado de {product} termina el {due}. Renueve el producto antes para que nada se interrumpa.',
      ],
    },
    automatic_renewal_notice: {
      subject: '{product} se renueva automáticamente',
      lines: [
        'El periodo pagado de {product} termina el {due}. El producto se renueva automáticamente poco antes; no ' +
          'tiene que hacer nada.',
      ],
    },
    automatic_renewal_failed: {
      subject: '{product} no se pudo renovar',
      lines: [
        // A line without all its values is omitted. Only one of the next two lines has all its values.
        'La renovación automática de {product} por {amount} no se pudo pagar con la cuenta de prepago.',
        '{product} no se pudo renovar automáticamente, porque {refusal}.',
        'El próximo intento es el {next}.',
        'El periodo pagado termina el {due}.',
      ],
    },
    warranty_notice: {
      subject: '{product} se renovó a crédito',
      lines: [
        'Nadie pagó {product} a tiempo; la garantía de renovación lo renovó a crédito. Nada se interrumpe y no hay ' +
          'recargo.',
        'Pague la factura hasta el {heldUntil}. Sin pago, el producto se bloquea desde el {blockedFrom}.',
      ],
    },
    invoice_reminder: {
      subject: 'Recordatorio: {document} está pendiente',
      lines: [
        'Aún no hemos recibido un pago de {document}. Si acaba de pagar, gracias: este mensaje se ha cruzado con su ' +
          'pago y no cuesta nada.',
      ],
    },
    invoice_final_reminder: {
      subject: 'Último recordatorio: {document} está pendiente',
      lines: ['Seguimos sin recibir un pago de {document}. Pague ahora para que nada tenga que bloquearse.'],
    },
    product_blocked: {
      subject: '{product} está bloqueado',
      lines: [
        '{product} de {organization} está bloqueado. Quien gestiona los productos puede seguir usándolo; para los ' +
          'demás no está disponible hasta que se levante el bloqueo. Todos los derechos siguen igual.',
        'Motivo: {blockReason}',
      ],
    },
    product_in_maintenance: {
      subject: '{product} está en mantenimiento',
      lines: [
        '{product} de {organization} está en mantenimiento. El correo sigue llegando y se conserva. Quien gestiona ' +
          'los productos puede seguir usando el producto; para los demás el producto no está disponible hasta que ' +
          'termine el mantenimiento. Todos los derechos siguen igual.',
        'Motivo: {blockReason}',
      ],
    },
    product_unblocked: {
      subject: '{product} se puede usar de nuevo',
      lines: [
        '{product} de {organization} ya no está bloqueado. Todos pueden usarlo de nuevo, con los derechos que tenían.',
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
        'Antes de aceptar verá el precio, el próximo vencimiento y lo que no se transfiere. Si todavía no tiene ' +
          'cuenta, puede abrir una en la misma página.',
        'La oferta es válida hasta el {expires} y solo para esta dirección.',
      ],
      link: 'Ver la oferta',
    },
    transfer_accepted: {
      subject: '{product} tiene nueva organización',
      lines: [
        '{receiver} se ha hecho cargo de {product}, de {organization}: su oferta ha sido aceptada.',
        'Los accesos que {organization} había dado a {product} han terminado. La renovación automática, la ' +
          'dirección de facturación y la garantía de renovación se han desvinculado del producto. Los documentos ' +
          'permanecen en {organization}.',
      ],
    },
    transfer_declined: {
      subject: 'Su oferta de {product} ha sido rechazada',
      lines: [
        'Su oferta de transferir {product}, de {organization}, ha sido rechazada.',
        '{product} permanece en {organization}, con todos sus accesos y ajustes. Puede volver a ofrecerlo en ' +
          'cualquier momento.',
      ],
    },
    transfer_expired: {
      subject: 'Su oferta de {product} ha caducado',
      lines: [
        'Hasta el {expires}, nadie ha aceptado su oferta de transferir {product}, de {organization}.',
        '{product} permanece en {organization}, con todos sus accesos y ajustes. Puede volver a ofrecerlo en ' +
          'cualquier momento.',
      ],
    },
  },
};
