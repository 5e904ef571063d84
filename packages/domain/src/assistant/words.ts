/** Words that are no part of a person's or a place's name where one is expected. Folded: lower case, without accents. */
const ordinary = new Set(
  `a an the this that these those it its it's i i'm im me my mine we our us you your he his she her they them their and or but so because
  is am are was were be been being do does did done have has had can could will would shall should may might must not no nope nah none never don't dont
  yes yeah yep yup sure ok okay okey k alright right fine good great nice perfect cool awesome thanks thank thx ty cheers please pls sorry
  hi hey hello hallo helo hiya yo morning afternoon evening night day bye goodbye ciao later soon now today tomorrow yesterday tonight asap maybe
  what what's whats who where when why which how if then than there here at in on of to for from with without about by near up out over just only also too very really
  want wanna need looking look like love interested buy book booking order price prices pricing cost costs info information details help question questions ask asking
  know tell show see call callback back email e-mail mail phone number whatsapp name city place address appointment delivery
  busy hungry tired ready happy glad sad angry writing contacting trying wondering planning going coming waiting calling new old sick pregnant married single allergic unsure
  human person agent someone somebody anyone anybody something anything everything nothing bot robot ai test testing stop cancel
  lol haha hehe wow hmm um uh well anyway skip pass private secret
  oi ola bom boa tudo bem dia tarde noite obrigado obrigada sim nao quero preciso gostaria qual quanto onde como eu meu minha e o um uma em por favor
  hola buenos buenas dias tardes gracias si quiero necesito cuanto donde mi yo y el un una en por favor
  great! not rather sorry! more much many lot first last one two three good-bye worried afraid concerned curious serious excited fan customer client student
  urgent important amazing horrible terrible awful bad wrong correct true false hard easy expensive cheap open closed available possible lost stuck confused frustrated annoyed disappointed excellent
  it'd i'd i'll i've you're we're that's there's let let's get got give send wait hold again still already`
    .split(/\s+/)
    .filter((word) => word !== ''),
);
const peoples = new Set(
  'american argentinian australian austrian belgian brazilian british canadian chilean chinese colombian danish dutch english european french german greek indian irish italian japanese korean mexican norwegian peruvian polish portuguese russian scottish spanish swedish swiss turkish ukrainian welsh'.split(
    ' ',
  ),
);
const times = new Set(
  'monday tuesday wednesday thursday friday saturday sunday january february march april june july august september october november december christmas easter summer winter spring autumn'.split(
    ' ',
  ),
);
/** They join the words of a name and are written small. */
const particles = new Set('de da do das dos di del della der den van von la le el al bin ibn ben of du und'.split(' '));

export function isOrdinary(folded: string): boolean {
  return ordinary.has(folded);
}
export function isPeople(folded: string): boolean {
  return peoples.has(folded);
}
export function isTime(folded: string): boolean {
  return times.has(folded);
}
export function isParticle(folded: string): boolean {
  return particles.has(folded);
}
