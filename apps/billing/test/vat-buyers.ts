/** The registrations of sellers, by the name that the table of buyers uses. */
export const registrationSets: Readonly<Record<string, string>> = {
  none: '',
  oss: 'OSS:EU372000001',
  local: 'FR:FR40303265045',
  both: 'OSS:EU372000001,FR:FR40303265045',
  fi: 'OSS:EU372000001,FI:FI12345678',
  gb: 'GB:GB123456789',
  no: 'NO:2012345',
  other: 'OSS:EU372000001,OTHER:none',
  us: 'US:none',
  campione: 'IT-CAMPIONE:none',
};

type LegalForm = 'person' | 'company' | 'public_body';
type RegistryAnswer = 'valid' | 'invalid' | 'unknown';

/** The columns of the table; `-` stands for nothing. */
export type VatBuyer = readonly [
  country: string,
  postalCode: string,
  legalForm: LegalForm,
  vatNumber: string | null,
  answer: RegistryAnswer | null,
  registrations: string,
  expectedVat: string,
  reason: string,
];

/**
 * Buyers with the VAT that the rules give them: territory, kind, category, rate in percent on 1 June 2026,
 * registration. Columns: country, postal code, legal form, VAT number, answer of the registry, registrations, expected
 * VAT, reason.
 */
const table = `
AT | 1010 | person | - | - | oss | AT consumer S 20 OSS | consumer under OSS
AT | 1010 | person | - | - | none | NO_VAT_REGISTRATION | consumer without registration
AT | 1010 | company | ATU12345678 | valid | none | AT business AE 0 - | business whose number is confirmed
AT | 1010 | company | ATU12345678 | invalid | oss | AT consumer S 20 OSS | number refused, so a consumer
BE | 1000 | person | - | - | oss | BE consumer S 21 OSS | consumer under OSS
BE | 1000 | person | - | - | none | NO_VAT_REGISTRATION | consumer without registration
BE | 1000 | company | BE0123456789 | valid | none | BE business AE 0 - | business whose number is confirmed
BE | 1000 | company | BE0123456789 | invalid | oss | BE consumer S 21 OSS | number refused, so a consumer
BG | 1000 | person | - | - | oss | BG consumer S 20 OSS | consumer under OSS
BG | 1000 | person | - | - | none | NO_VAT_REGISTRATION | consumer without registration
BG | 1000 | company | BG123456789 | valid | none | BG business AE 0 - | business whose number is confirmed
BG | 1000 | company | BG123456789 | invalid | oss | BG consumer S 20 OSS | number refused, so a consumer
CY | 1010 | person | - | - | oss | CY consumer S 19 OSS | consumer under OSS
CY | 1010 | person | - | - | none | NO_VAT_REGISTRATION | consumer without registration
CY | 1010 | company | CY12345678L | valid | none | CY business AE 0 - | business whose number is confirmed
CY | 1010 | company | CY12345678L | invalid | oss | CY consumer S 19 OSS | number refused, so a consumer
CZ | 110 00 | person | - | - | oss | CZ consumer S 21 OSS | consumer under OSS
CZ | 110 00 | person | - | - | none | NO_VAT_REGISTRATION | consumer without registration
CZ | 110 00 | company | CZ12345678 | valid | none | CZ business AE 0 - | business whose number is confirmed
CZ | 110 00 | company | CZ12345678 | invalid | oss | CZ consumer S 21 OSS | number refused, so a consumer
DE | 10115 | person | - | - | oss | DE consumer S 19 OSS | consumer under OSS
DE | 10115 | person | - | - | none | NO_VAT_REGISTRATION | consumer without registration
DE | 10115 | company | DE123456789 | valid | none | DE business AE 0 - | business whose number is confirmed
DE | 10115 | company | DE123456789 | invalid | oss | DE consumer S 19 OSS | number refused, so a consumer
DK | 1050 | person | - | - | oss | DK consumer S 25 OSS | consumer under OSS
DK | 1050 | person | - | - | none | NO_VAT_REGISTRATION | consumer without registration
DK | 1050 | company | DK12345678 | valid | none | DK business AE 0 - | business whose number is confirmed
DK | 1050 | company | DK12345678 | invalid | oss | DK consumer S 25 OSS | number refused, so a consumer
EE | 10111 | person | - | - | oss | EE consumer S 24 OSS | consumer under OSS
EE | 10111 | person | - | - | none | NO_VAT_REGISTRATION | consumer without registration
EE | 10111 | company | EE123456789 | valid | none | EE business AE 0 - | business whose number is confirmed
EE | 10111 | company | EE123456789 | invalid | oss | EE consumer S 24 OSS | number refused, so a consumer
ES | 28001 | person | - | - | oss | ES consumer S 21 OSS | consumer under OSS
ES | 28001 | person | - | - | none | NO_VAT_REGISTRATION | consumer without registration
ES | 28001 | company | ESB12345678 | valid | none | ES business AE 0 - | business whose number is confirmed
ES | 28001 | company | ESB12345678 | invalid | oss | ES consumer S 21 OSS | number refused, so a consumer
FI | 00100 | person | - | - | oss | FI consumer S 25.5 OSS | consumer under OSS
FI | 00100 | person | - | - | none | NO_VAT_REGISTRATION | consumer without registration
FI | 00100 | company | FI12345678 | valid | none | FI business AE 0 - | business whose number is confirmed
FI | 00100 | company | FI12345678 | invalid | oss | FI consumer S 25.5 OSS | number refused, so a consumer
FR | 75001 | person | - | - | oss | FR consumer S 20 OSS | consumer under OSS
FR | 75001 | person | - | - | none | NO_VAT_REGISTRATION | consumer without registration
FR | 75001 | company | FR40303265045 | valid | none | FR business AE 0 - | business whose number is confirmed
FR | 75001 | company | FR40303265045 | invalid | oss | FR consumer S 20 OSS | number refused, so a consumer
GR | 10431 | person | - | - | oss | GR consumer S 24 OSS | consumer under OSS
GR | 10431 | person | - | - | none | NO_VAT_REGISTRATION | consumer without registration
GR | 10431 | company | EL123456789 | valid | none | GR business AE 0 - | business whose number is confirmed
GR | 10431 | company | EL123456789 | invalid | oss | GR consumer S 24 OSS | number refused, so a consumer
HR | 10000 | person | - | - | oss | HR consumer S 25 OSS | consumer under OSS
HR | 10000 | person | - | - | none | NO_VAT_REGISTRATION | consumer without registration
HR | 10000 | company | HR12345678901 | valid | none | HR business AE 0 - | business whose number is confirmed
HR | 10000 | company | HR12345678901 | invalid | oss | HR consumer S 25 OSS | number refused, so a consumer
HU | 1011 | person | - | - | oss | HU consumer S 27 OSS | consumer under OSS
HU | 1011 | person | - | - | none | NO_VAT_REGISTRATION | consumer without registration
HU | 1011 | company | HU12345678 | valid | none | HU business AE 0 - | business whose number is confirmed
HU | 1011 | company | HU12345678 | invalid | oss | HU consumer S 27 OSS | number refused, so a consumer
IE | D01 F5P2 | person | - | - | oss | IE consumer S 23 OSS | consumer under OSS
IE | D01 F5P2 | person | - | - | none | NO_VAT_REGISTRATION | consumer without registration
IE | D01 F5P2 | company | IE1234567T | valid | none | IE business AE 0 - | business whose number is confirmed
IE | D01 F5P2 | company | IE1234567T | invalid | oss | IE consumer S 23 OSS | number refused, so a consumer
IT | 00118 | person | - | - | oss | IT consumer S 22 OSS | consumer under OSS
IT | 00118 | person | - | - | none | NO_VAT_REGISTRATION | consumer without registration
IT | 00118 | company | IT12345678901 | valid | none | IT business AE 0 - | business whose number is confirmed
IT | 00118 | company | IT12345678901 | invalid | oss | IT consumer S 22 OSS | number refused, so a consumer
LT | 01100 | person | - | - | oss | LT consumer S 21 OSS | consumer under OSS
LT | 01100 | person | - | - | none | NO_VAT_REGISTRATION | consumer without registration
LT | 01100 | company | LT123456789 | valid | none | LT business AE 0 - | business whose number is confirmed
LT | 01100 | company | LT123456789 | invalid | oss | LT consumer S 21 OSS | number refused, so a consumer
LU | 1111 | person | - | - | oss | LU consumer S 17 OSS | consumer under OSS
LU | 1111 | person | - | - | none | NO_VAT_REGISTRATION | consumer without registration
LU | 1111 | company | LU12345678 | valid | none | LU business AE 0 - | business whose number is confirmed
LU | 1111 | company | LU12345678 | invalid | oss | LU consumer S 17 OSS | number refused, so a consumer
LV | LV-1001 | person | - | - | oss | LV consumer S 21 OSS | consumer under OSS
LV | LV-1001 | person | - | - | none | NO_VAT_REGISTRATION | consumer without registration
LV | LV-1001 | company | LV12345678901 | valid | none | LV business AE 0 - | business whose number is confirmed
LV | LV-1001 | company | LV12345678901 | invalid | oss | LV consumer S 21 OSS | number refused, so a consumer
MT | VLT 1010 | person | - | - | oss | MT consumer S 18 OSS | consumer under OSS
MT | VLT 1010 | person | - | - | none | NO_VAT_REGISTRATION | consumer without registration
MT | VLT 1010 | company | MT12345678 | valid | none | MT business AE 0 - | business whose number is confirmed
MT | VLT 1010 | company | MT12345678 | invalid | oss | MT consumer S 18 OSS | number refused, so a consumer
NL | 1011 AB | person | - | - | oss | NL consumer S 21 OSS | consumer under OSS
NL | 1011 AB | person | - | - | none | NO_VAT_REGISTRATION | consumer without registration
NL | 1011 AB | company | NL123456789B01 | valid | none | NL business AE 0 - | business whose number is confirmed
NL | 1011 AB | company | NL123456789B01 | invalid | oss | NL consumer S 21 OSS | number refused, so a consumer
PL | 00-001 | person | - | - | oss | PL consumer S 23 OSS | consumer under OSS
PL | 00-001 | person | - | - | none | NO_VAT_REGISTRATION | consumer without registration
PL | 00-001 | company | PL1234567890 | valid | none | PL business AE 0 - | business whose number is confirmed
PL | 00-001 | company | PL1234567890 | invalid | oss | PL consumer S 23 OSS | number refused, so a consumer
PT | 1000-001 | person | - | - | oss | PT consumer S 23 OSS | consumer under OSS
PT | 1000-001 | person | - | - | none | NO_VAT_REGISTRATION | consumer without registration
PT | 1000-001 | company | PT123456789 | valid | none | PT business AE 0 - | business whose number is confirmed
PT | 1000-001 | company | PT123456789 | invalid | oss | PT consumer S 23 OSS | number refused, so a consumer
RO | 010011 | person | - | - | oss | RO consumer S 21 OSS | consumer under OSS
RO | 010011 | person | - | - | none | NO_VAT_REGISTRATION | consumer without registration
RO | 010011 | company | RO1234567 | valid | none | RO business AE 0 - | business whose number is confirmed
RO | 010011 | company | RO1234567 | invalid | oss | RO consumer S 21 OSS | number refused, so a consumer
SE | 111 20 | person | - | - | oss | SE consumer S 25 OSS | consumer under OSS
SE | 111 20 | person | - | - | none | NO_VAT_REGISTRATION | consumer without registration
SE | 111 20 | company | SE123456789001 | valid | none | SE business AE 0 - | business whose number is confirmed
SE | 111 20 | company | SE123456789001 | invalid | oss | SE consumer S 25 OSS | number refused, so a consumer
SI | 1000 | person | - | - | oss | SI consumer S 22 OSS | consumer under OSS
SI | 1000 | person | - | - | none | NO_VAT_REGISTRATION | consumer without registration
SI | 1000 | company | SI12345678 | valid | none | SI business AE 0 - | business whose number is confirmed
SI | 1000 | company | SI12345678 | invalid | oss | SI consumer S 22 OSS | number refused, so a consumer
SK | 811 01 | person | - | - | oss | SK consumer S 23 OSS | consumer under OSS
SK | 811 01 | person | - | - | none | NO_VAT_REGISTRATION | consumer without registration
SK | 811 01 | company | SK1234567890 | valid | none | SK business AE 0 - | business whose number is confirmed
SK | 811 01 | company | SK1234567890 | invalid | oss | SK consumer S 23 OSS | number refused, so a consumer
DE | 10115 | company | DE123456789 | unknown | oss | DE consumer S 19 OSS | no answer of the registry, so a consumer
DE | 10115 | company | DE123456789 | unknown | none | NO_VAT_REGISTRATION | no answer, and no registration
DE | 10115 | company | - | - | oss | DE consumer S 19 OSS | company without a number
DE | 10115 | public_body | - | - | oss | DE consumer S 19 OSS | public body without a number
DE | 10115 | public_body | DE123456789 | valid | none | DE business AE 0 - | public body with a number, so a business
DE | 10115 | person | DE123456789 | valid | oss | DE business AE 0 - | a sole trader is a business
FR | 75001 | company | FR40303265045 | unknown | oss | FR consumer S 20 OSS | no answer of the registry, so a consumer
FR | 75001 | company | FR40303265045 | unknown | none | NO_VAT_REGISTRATION | no answer, and no registration
FR | 75001 | company | - | - | oss | FR consumer S 20 OSS | company without a number
FR | 75001 | public_body | - | - | oss | FR consumer S 20 OSS | public body without a number
FR | 75001 | person | FR40303265045 | valid | oss | FR business AE 0 - | a sole trader is a business
IT | 00118 | company | IT12345678901 | unknown | oss | IT consumer S 22 OSS | no answer of the registry, so a consumer
IT | 00118 | company | IT12345678901 | unknown | none | NO_VAT_REGISTRATION | no answer, and no registration
IT | 00118 | company | - | - | oss | IT consumer S 22 OSS | company without a number
IT | 00118 | public_body | - | - | oss | IT consumer S 22 OSS | public body without a number
IT | 00118 | person | IT12345678901 | valid | oss | IT business AE 0 - | a sole trader is a business
ES | 28001 | company | ESB12345678 | unknown | oss | ES consumer S 21 OSS | no answer of the registry, so a consumer
ES | 28001 | company | ESB12345678 | unknown | none | NO_VAT_REGISTRATION | no answer, and no registration
ES | 28001 | company | - | - | oss | ES consumer S 21 OSS | company without a number
ES | 28001 | public_body | - | - | oss | ES consumer S 21 OSS | public body without a number
ES | 28001 | person | ESB12345678 | valid | oss | ES business AE 0 - | a sole trader is a business
GR | 10431 | company | EL123456789 | unknown | oss | GR consumer S 24 OSS | no answer of the registry, so a consumer
GR | 10431 | company | EL123456789 | unknown | none | NO_VAT_REGISTRATION | no answer, and no registration
GR | 10431 | company | - | - | oss | GR consumer S 24 OSS | company without a number
GR | 10431 | public_body | - | - | oss | GR consumer S 24 OSS | public body without a number
GR | 10431 | person | EL123456789 | valid | oss | GR business AE 0 - | a sole trader is a business
DE | 10115 | company | FR40303265045 | valid | oss | DE consumer S 19 OSS | the number belongs to another state
FR | 75001 | company | DE123456789 | valid | oss | FR consumer S 20 OSS | the number belongs to another state
DE | 10115 | company | CHE-123.456.788 MWST | valid | oss | DE consumer S 19 OSS | a Swiss number is no German number
IE | D01 F5P2 | company | XI123456789 | valid | oss | IE consumer S 23 OSS | numbers of Northern Ireland are for goods
FR | 75001 | person | - | - | local | FR consumer S 20 FR | local registration
MC | 98000 | person | - | - | local | FR consumer S 20 FR | Monaco has French VAT
DE | 10115 | person | - | - | local | NO_VAT_REGISTRATION | the local registration is for another state
FR | 75001 | person | - | - | both | FR consumer S 20 OSS | OSS covers all services to consumers in the EU
BE | 1000 | person | - | - | both | BE consumer S 21 OSS | OSS covers all services to consumers in the EU
FR | 97110 | person | - | - | local | GP consumer S 8.5 FR | French VAT with the rate of Guadeloupe
FR | 97110 | person | - | - | both | GP consumer S 8.5 FR | OSS does not cover Guadeloupe, the local registration does
GP | 97110 | person | - | - | local | GP consumer S 8.5 FR | Guadeloupe with its own country code
GP | 97110 | person | - | - | oss | NO_VAT_REGISTRATION | OSS does not cover Guadeloupe
FR | 97200 | person | - | - | local | MQ consumer S 8.5 FR | French VAT with the rate of Martinique
FR | 97200 | person | - | - | oss | NO_VAT_REGISTRATION | OSS does not cover Martinique
FR | 97200 | person | - | - | other | NO_VAT_REGISTRATION | Martinique has VAT, so OTHER does not cover it
FR | 97200 | company | FR40303265045 | valid | none | MQ business O 0 - | a business with a number owes the tax
FR | 97200 | company | FR40303265045 | invalid | local | MQ consumer S 8.5 FR | number refused, so a consumer
FR | 97200 | company | FR40303265045 | unknown | local | MQ consumer S 8.5 FR | no answer of the registry, so a consumer
FR | 97600 | person | - | - | none | YT consumer O 0 - | Mayotte has no VAT by law
FR | 97600 | person | - | - | local | YT consumer O 0 - | Mayotte has no VAT, registration or not
YT | 97600 | person | - | - | oss | YT consumer O 0 - | Mayotte with its own country code
FR | 97600 | company | - | - | none | YT business O 0 - | a company owes the tax of its territory
AX | 22100 | person | - | - | fi | AX consumer S 25.5 FI | Finnish VAT on services in Åland
AX | 22100 | person | - | - | oss | NO_VAT_REGISTRATION | OSS does not cover Åland
FI | 22100 | company | FI12345678 | valid | none | AX business O 0 - | a business with a number owes the tax
FI | 22100 | company | FI12345678 | invalid | fi | AX consumer S 25.5 FI | number refused, so a consumer
XK | 10000 | person | - | - | oss | NO_VAT_REGISTRATION | no registration
GB | BT1 5GS | person | - | - | both | NO_VAT_REGISTRATION | Northern Ireland: OSS is for goods there
CH | 1204 | person | - | - | none | CH consumer S 8.1 - | Swiss territory
CH | 1204 | company | CHE-123.456.788 MWST | - | oss | CH business S 8.1 - | Swiss territory
CH | 7563 | person | - | - | none | CH consumer S 8.1 - | Samnaun: Swiss VAT on services
CH | 7563 | company | CHE-123.456.788 MWST | - | oss | CH business S 8.1 - | Samnaun: Swiss VAT on services
LI | 9490 | person | - | - | none | CH consumer S 8.1 - | Liechtenstein has Swiss VAT
LI | 9490 | company | CHE-123.456.788 MWST | - | oss | CH business S 8.1 - | Liechtenstein has Swiss VAT
DE | 78266 | person | - | - | none | CH consumer S 8.1 - | Büsingen has Swiss VAT
DE | 78266 | company | CHE-123.456.788 MWST | - | oss | CH business S 8.1 - | Büsingen has Swiss VAT
DE | D-78266 | person | - | - | none | CH consumer S 8.1 - | Büsingen has Swiss VAT
DE | D-78266 | company | CHE-123.456.788 MWST | - | oss | CH business S 8.1 - | Büsingen has Swiss VAT
DE | 8238 | person | - | - | none | CH consumer S 8.1 - | Büsingen has Swiss VAT
DE | 8238 | company | CHE-123.456.788 MWST | - | oss | CH business S 8.1 - | Büsingen has Swiss VAT
DE | 78266 | company | DE123456789 | valid | oss | CH business S 8.1 - | Büsingen: Swiss, with a German number too
CH | 1204 | public_body | - | - | none | CH business S 8.1 - | Swiss territory
AT | 6691 | person | - | - | oss | AT-19 consumer S 19 OSS | Jungholz has 19 %
AT | 6691 | person | - | - | none | NO_VAT_REGISTRATION | consumer without registration
AT | 6993 | person | - | - | oss | AT-19 consumer S 19 OSS | Mittelberg has 19 %
DE | 87568 | person | - | - | oss | AT-19 consumer S 19 OSS | Mittelberg with its German postal code
AT | 6993 | person | - | - | none | NO_VAT_REGISTRATION | consumer without registration
PT | 9000-017 | person | - | - | oss | PT-30 consumer S 22 OSS | Madeira has 22 %
PT | 9000-017 | person | - | - | none | NO_VAT_REGISTRATION | consumer without registration
PT | 9400-001 | person | - | - | oss | PT-30 consumer S 22 OSS | Porto Santo belongs to Madeira
PT | 9500-150 | person | - | - | oss | PT-20 consumer S 16 OSS | the Azores have 16 %
PT | 9500-150 | person | - | - | none | NO_VAT_REGISTRATION | consumer without registration
FR | 20000 | person | - | - | oss | FR consumer S 20 OSS | Corsica has the standard rate of France
FR | 20000 | person | - | - | none | NO_VAT_REGISTRATION | consumer without registration
MC | 98000 | person | - | - | oss | FR consumer S 20 OSS | Monaco has French VAT
MC | 98000 | person | - | - | none | NO_VAT_REGISTRATION | consumer without registration
AT | 6691 | company | ATU12345678 | valid | none | AT-19 business AE 0 - | a number of the member state
PT | 9500-150 | company | PT123456789 | valid | none | PT-20 business AE 0 - | a number of the member state
MC | 98000 | company | FR40303265045 | valid | none | FR business AE 0 - | a number of France in Monaco
IT | 22061 | person | - | - | oss | NO_VAT_REGISTRATION | OSS does not cover this territory
IT | 22061 | person | - | - | other | IT-CAMPIONE consumer O 0 OTHER | the seller declared that it owes no VAT
IT | 22061 | company | - | - | none | IT-CAMPIONE business O 0 - | a company owes the tax of its territory
IT | 22060 | person | - | - | oss | IT consumer S 22 OSS | Cabiate: Campione has 22061
IT | 22060 | company | - | - | none | NO_VAT_REGISTRATION | Cabiate: a company without a number
CH | 6911 | person | - | - | oss | NO_VAT_REGISTRATION | Campione with its Swiss postal code
CH | 6911 | person | - | - | campione | IT-CAMPIONE consumer O 0 IT-CAMPIONE | an entry for the territory
IT | 47890 | person | - | - | oss | NO_VAT_REGISTRATION | San Marino with the country Italy
IT | 00120 | person | - | - | oss | NO_VAT_REGISTRATION | the Vatican with the country Italy
DK | 3900 | person | - | - | oss | NO_VAT_REGISTRATION | Greenland with the country Denmark
DK | 100 | person | - | - | oss | NO_VAT_REGISTRATION | the Faroe Islands with the country Denmark
ES | 35001 | company | ESB12345678 | valid | none | ES-CANARY business O 0 - | outside of EU VAT
IT | 23041 | person | - | - | oss | IT-LIVIGNO consumer O 0 - | Livigno has no VAT by law
IT | 23041 | person | - | - | other | IT-LIVIGNO consumer O 0 - | the law decides, not the declaration
IT | 23041 | company | - | - | none | IT-LIVIGNO business O 0 - | a company owes the tax of its territory
DE | 27498 | person | - | - | oss | DE-HELGOLAND consumer O 0 - | Helgoland has no VAT by law
DE | 27498 | person | - | - | other | DE-HELGOLAND consumer O 0 - | the law decides, not the declaration
DE | 27498 | company | - | - | none | DE-HELGOLAND business O 0 - | a company owes the tax of its territory
ES | 35001 | person | - | - | oss | NO_VAT_REGISTRATION | OSS does not cover this territory
ES | 35001 | person | - | - | other | ES-CANARY consumer O 0 OTHER | the seller declared that it owes no VAT
ES | 35001 | company | - | - | none | ES-CANARY business O 0 - | a company owes the tax of its territory
ES | 38001 | person | - | - | oss | NO_VAT_REGISTRATION | OSS does not cover this territory
ES | 38001 | person | - | - | other | ES-CANARY consumer O 0 OTHER | the seller declared that it owes no VAT
ES | 38001 | company | - | - | none | ES-CANARY business O 0 - | a company owes the tax of its territory
ES | 51001 | person | - | - | oss | NO_VAT_REGISTRATION | OSS does not cover this territory
ES | 51001 | person | - | - | other | ES-CEUTA consumer O 0 OTHER | the seller declared that it owes no VAT
ES | 51001 | company | - | - | none | ES-CEUTA business O 0 - | a company owes the tax of its territory
ES | 52001 | person | - | - | oss | NO_VAT_REGISTRATION | OSS does not cover this territory
ES | 52001 | person | - | - | other | ES-MELILLA consumer O 0 OTHER | the seller declared that it owes no VAT
ES | 52001 | company | - | - | none | ES-MELILLA business O 0 - | a company owes the tax of its territory
FI | 22100 | person | - | - | oss | NO_VAT_REGISTRATION | OSS does not cover Åland
FI | 22100 | person | - | - | fi | AX consumer S 25.5 FI | Finnish VAT on services in Åland
FI | 22100 | company | - | - | none | NO_VAT_REGISTRATION | a company without a number is a consumer
GR | 63086 | person | - | - | oss | GR-ATHOS consumer O 0 - | Mount Athos has no VAT by law
GR | 63086 | person | - | - | other | GR-ATHOS consumer O 0 - | the law decides, not the declaration
GR | 63086 | company | - | - | none | GR-ATHOS business O 0 - | a company owes the tax of its territory
FR | 97300 | person | - | - | oss | GF consumer O 0 - | French Guiana has no VAT by law
FR | 97300 | person | - | - | other | GF consumer O 0 - | the law decides, not the declaration
FR | 97300 | company | - | - | none | GF business O 0 - | a company owes the tax of its territory
FR | 97400 | person | - | - | oss | NO_VAT_REGISTRATION | OSS does not cover Réunion
FR | 97400 | person | - | - | both | RE consumer S 8.5 FR | French VAT with the rate of Réunion
FR | 97400 | company | - | - | none | NO_VAT_REGISTRATION | a company without a number is a consumer
IT | 22061 | person | - | - | campione | IT-CAMPIONE consumer O 0 IT-CAMPIONE | an entry for the territory
GB | SW1A 1AA | person | - | - | gb | GB consumer S 20 GB | registration in the United Kingdom
GB | SW1A 1AA | person | - | - | oss | NO_VAT_REGISTRATION | OSS is for the EU only
GB | SW1A 1AA | company | GB123456789 | - | none | GB business O 0 - | a business with a number owes the tax
GB | SW1A 1AA | company | - | - | gb | GB consumer S 20 GB | a company without a number
GB | BT1 5GS | person | - | - | gb | GB consumer S 20 GB | registration in the United Kingdom
GB | BT1 5GS | person | - | - | oss | NO_VAT_REGISTRATION | OSS is for the EU only
GB | BT1 5GS | company | GB123456789 | - | none | GB business O 0 - | a business with a number owes the tax
GB | BT1 5GS | company | - | - | gb | GB consumer S 20 GB | a company without a number
IM | IM1 1AA | person | - | - | gb | GB consumer S 20 GB | registration in the United Kingdom
IM | IM1 1AA | person | - | - | oss | NO_VAT_REGISTRATION | OSS is for the EU only
IM | IM1 1AA | company | GB123456789 | - | none | GB business O 0 - | a business with a number owes the tax
IM | IM1 1AA | company | - | - | gb | GB consumer S 20 GB | a company without a number
GB | BT1 5GS | company | XI123456789 | - | gb | GB consumer S 20 GB | numbers of Northern Ireland are for goods
GB | JE2 3AB | person | - | - | gb | NO_VAT_REGISTRATION | Jersey has no British VAT
GB | SW1A 1AA | person | - | - | other | NO_VAT_REGISTRATION | OTHER does not cover territories with rates
NO | 0150 | person | - | - | no | NO consumer S 25 NO | registration in Norway
NO | 0150 | person | - | - | none | NO_VAT_REGISTRATION | consumer without registration
NO | 0150 | company | 123456785MVA | - | none | NO business O 0 - | a business with a number owes the tax
NO | 0150 | company | - | - | no | NO consumer S 25 NO | a company without a number
NO | 9170 | person | - | - | no | NO_VAT_REGISTRATION | Svalbard has no Norwegian VAT
US | 94105 | person | - | - | oss | NO_VAT_REGISTRATION | no registration
US | 94105 | person | - | - | other | US consumer O 0 OTHER | the seller declared that it owes no VAT
US | 94105 | company | - | - | none | US business O 0 - | a company owes the tax of its country
JP | 100-0001 | person | - | - | oss | NO_VAT_REGISTRATION | no registration
JP | 100-0001 | person | - | - | other | JP consumer O 0 OTHER | the seller declared that it owes no VAT
JP | 100-0001 | company | - | - | none | JP business O 0 - | a company owes the tax of its country
AE | 00000 | person | - | - | oss | NO_VAT_REGISTRATION | no registration
AE | 00000 | person | - | - | other | AE consumer O 0 OTHER | the seller declared that it owes no VAT
AE | 00000 | company | - | - | none | AE business O 0 - | a company owes the tax of its country
SM | 47890 | person | - | - | oss | NO_VAT_REGISTRATION | no registration
SM | 47890 | person | - | - | other | SM consumer O 0 OTHER | the seller declared that it owes no VAT
SM | 47890 | company | - | - | none | SM business O 0 - | a company owes the tax of its country
TR | 34000 | person | - | - | oss | NO_VAT_REGISTRATION | no registration
TR | 34000 | person | - | - | other | TR consumer O 0 OTHER | the seller declared that it owes no VAT
TR | 34000 | company | - | - | none | TR business O 0 - | a company owes the tax of its country
US | 94105 | person | - | - | us | US consumer O 0 US | an entry for the territory
JP | 100-0001 | person | - | - | us | NO_VAT_REGISTRATION | the entry is for another territory
US | 94105 | public_body | - | - | none | NO_VAT_REGISTRATION | a public body without a number
US | 94105 | person | CHE-123.456.788 MWST | - | none | US business O 0 - | a number shows a business
`;

export const vatBuyers = table
  .trim()
  .split('\n')
  .map((row) =>
    row.split('|').map((cell) => (cell.trim() === '-' ? null : cell.trim())),
  ) as unknown as readonly VatBuyer[];
