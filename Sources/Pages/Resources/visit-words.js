// What the app says itself; questions come from the service.

const words = {
  fi: {
    title: "Palaute kotikäynnistä",
    language: "Kieli",
    enrolTitle: "Ota puhelin käyttöön",
    enrolLead: "Kirjoita koodi, jonka sait koordinaattorilta.",
    code: "Koodi",
    enrol: "Ota käyttöön",
    cancel: "Peruuta",
    wrongCode: "Koodi ei kelpaa. Se on käytetty, vanhentunut tai kirjoitettu väärin. Pyydä koordinaattorilta uusi.",
    tooMany: "Liian monta yritystä. Odota minuutti ja yritä uudelleen.",
    noNetwork: "Palveluun ei saada yhteyttä. Käyttöönotto tarvitsee verkkoyhteyden.",
    notNow: "Palvelu ei vastaa juuri nyt. Yritä hetken päästä uudelleen.",
    loading: "Haetaan kysymystä…",
    faces: ["Erittäin tyytymätön", "Tyytymätön", "Siltä väliltä", "Tyytyväinen", "Erittäin tyytyväinen"],
    help: "Sain apua vastaamiseen",
    thanks: "Kiitos!",
    kept: "Arviosi on tallessa.",
    more: "Vielä toinen kysymys.",
    allSent: "Kaikki arviot on lähetetty",
    waiting: (n) => n === 1 ? "1 arvio odottaa lähetystä" : `${n} arviota odottaa lähetystä`,
    waitingMore: "Arviot säilyvät tässä puhelimessa, kunnes palvelu on saanut ne. Ne lähtevät itsestään, kun verkko toimii.",
    place: "Kohde:",
    install: "Asenna puhelimeen",
    unsafe: "Lisää tämä sivu puhelimen aloitusnäyttöön. Muuten selain voi tilan loppuessa poistaa lähettämättömiä arvioita.",
    again: "Ota käyttöön uudella koodilla",
    refused: "Tämä puhelin ei ole enää käytössä. Arviot ovat tallessa: ota yhteyttä koordinaattoriin.",
    full: "Puhelimen muisti on täynnä. Arviota ei voitu tallentaa. Vapauta tilaa ja anna arvio uudelleen.",
    denied: "Selain ei anna tallentaa tähän puhelimeen, joten arvioita ei voi antaa. Poistu yksityisestä selauksesta tai salli sivuston tiedot, ja avaa sivu uudelleen.",
    insecure: "Tämä sivu toimii vain suojatussa yhteydessä (https).",
    lost: (n) => "Selain on poistanut tämän puhelimen tiedot. " + (n === 0
      ? "Lähettämättömiä arvioita ei ollut." : `Lähettämättä oli ${n}: ne ovat kadonneet.`)
      + " Pyydä koordinaattorilta uusi koodi.",
    aside: (n) => (n === 1 ? "Yhtä arviota ei voi lähettää. Se on" : `${n} arviota ei voi lähettää. Ne ovat`)
      + " tallessa tässä puhelimessa: ota yhteyttä koordinaattoriin.",
  },
  sv: {
    title: "Respons på hembesöket",
    language: "Språk",
    enrolTitle: "Ta telefonen i bruk",
    enrolLead: "Skriv koden som du fick av koordinatorn.",
    code: "Kod",
    enrol: "Ta i bruk",
    cancel: "Avbryt",
    wrongCode: "Koden duger inte. Den är använd, för gammal eller felskriven. Be koordinatorn om en ny.",
    tooMany: "För många försök. Vänta en minut och försök igen.",
    noNetwork: "Tjänsten kan inte nås. Ibruktagningen behöver en nätförbindelse.",
    notNow: "Tjänsten svarar inte just nu. Försök igen om en stund.",
    loading: "Frågan hämtas…",
    faces: ["Mycket missnöjd", "Missnöjd", "Varken eller", "Nöjd", "Mycket nöjd"],
    help: "Jag fick hjälp att svara",
    thanks: "Tack!",
    kept: "Din bedömning är sparad.",
    more: "En fråga till.",
    allSent: "Alla bedömningar är skickade",
    waiting: (n) => n === 1 ? "1 bedömning väntar på att skickas" : `${n} bedömningar väntar på att skickas`,
    waitingMore: "Bedömningarna finns kvar i telefonen tills tjänsten har fått dem. De skickas av sig själva när nätet fungerar.",
    place: "Plats:",
    install: "Installera i telefonen",
    unsafe: "Lägg till sidan på telefonens hemskärm. Annars kan webbläsaren ta bort bedömningar som inte är skickade när utrymmet tar slut.",
    again: "Ta i bruk med en ny kod",
    refused: "Telefonen är inte längre i bruk. Bedömningarna är sparade: kontakta koordinatorn.",
    full: "Telefonens minne är fullt. Bedömningen kunde inte sparas. Frigör utrymme och ge bedömningen igen.",
    denied: "Webbläsaren låter inget sparas i telefonen, så bedömningar kan inte ges. Lämna privat surfning eller tillåt webbplatsens data, och öppna sidan igen.",
    insecure: "Sidan fungerar bara över en skyddad förbindelse (https).",
    lost: (n) => "Webbläsaren har tagit bort telefonens uppgifter. " + (n === 0
      ? "Alla bedömningar var skickade." : `${n} var inte skickade: de är borta.`)
      + " Be koordinatorn om en ny kod.",
    aside: (n) => (n === 1 ? "En bedömning kan inte skickas. Den" : `${n} bedömningar kan inte skickas. De`)
      + " finns kvar i telefonen: kontakta koordinatorn.",
  },
  en: {
    title: "Visit feedback",
    language: "Language",
    enrolTitle: "Enrol this phone",
    enrolLead: "Type the code that your coordinator gave you.",
    code: "Code",
    enrol: "Enrol",
    cancel: "Cancel",
    wrongCode: "This code does not work. It was used, has expired or is mistyped. Ask your coordinator for a new one.",
    tooMany: "Too many tries. Wait a minute and try again.",
    noNetwork: "The service cannot be reached. Enrolling needs a network.",
    notNow: "The service does not answer right now. Try again in a moment.",
    loading: "Fetching the question…",
    faces: ["Very dissatisfied", "Dissatisfied", "In between", "Satisfied", "Very satisfied"],
    help: "I had help answering",
    thanks: "Thank you!",
    kept: "Your rating is saved.",
    more: "One more question.",
    allSent: "All ratings are sent",
    waiting: (n) => n === 1 ? "1 rating waits to be sent" : `${n} ratings wait to be sent`,
    waitingMore: "Ratings stay on this phone until the service has them. They leave by themselves when there is a network.",
    place: "Place:",
    install: "Install on this phone",
    unsafe: "Add this page to the home screen. Otherwise the browser may delete unsent ratings when space runs out.",
    again: "Enrol with a new code",
    refused: "This phone is not enrolled any more. The ratings are kept: ask your coordinator.",
    full: "The phone's storage is full. The rating could not be saved. Free some space and rate again.",
    denied: "The browser lets nothing be saved on this phone, so no ratings can be given. Leave private browsing or allow this site's data, and open the page again.",
    insecure: "This page works only over a secure connection (https).",
    lost: (n) => "The browser deleted what this phone remembered. " + (n === 0
      ? "All ratings had been sent." : `${n} had not been sent: they are gone.`)
      + " Ask your coordinator for a new code.",
    aside: (n) => (n === 1 ? "One rating cannot be sent. It is" : `${n} ratings cannot be sent. They are`)
      + " kept on this phone: ask your coordinator.",
  },
};

export const languages = Object.keys(words);

/** The app's words in a language, and which language they are in. */
export function say(language) {
  const code = languages.includes(language) ? language : "en";
  return { lang: code, ...words[code] };
}

/** A language's name for itself. */
export function ownName(language) {
  try {
    const name = new Intl.DisplayNames([language], { type: "language" }).of(language);
    return name.charAt(0).toLocaleUpperCase(language) + name.slice(1);
  } catch {
    return language;
  }
}
