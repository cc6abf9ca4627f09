/// What pages say beside numbers, names and dates.
public enum PageWord: String, CaseIterable, Sendable {
  // Around every page.
  case skip, language, pages, published, results, devices, sessions, signIn, signOut, footer,
    openData, toStart
  // Signing in.
  case token, tokenHint, tokenWrong, tokenOfDevice, tokenLater, signInByProvider, orByToken
  // What is asked for.
  case place, from, until, untilHint, by, question, show, day, week, month, quarter
  case lastWeeks, lastMonths, thisYear, lastYear
  // What is shown.
  case views, overview, times, index, change, attention, noAttention, nothingAsked
  case asTable, asPicture, origin, showMore
  case period, responses, share, face, interval, verdict, difference, unit, rank, shrunk, signals
  case before, yearAgo, now, others, weekday, silent, alive, touchpoint, lastHeard, lastPress
  case battery, journal, firmware, state, unassigned, notRegistered, never, yes, no, notExpected
  case excluded, invalid, lost, estimated, late, imported, annulled, coverage, presses,
    singlePresses, revisions, kind, device
  // Of devices.
  case asleep, lowBattery, signal, clock, configuration, restarts, lowest, highest, stood, daily,
    property, value, quarantine, received, reason, detail, bytes, knocking, firstSeen, lastSeen,
    messages, registering, model, firmwareOffers, told,
    took
  // What was noted.
  case notes, addNote, noteDate, noteText, noteHint, save, withdraw
  // For everybody.
  case nothingPublished, howToRead, howToReadText, accessibility, below, suppressed, publishedAt
  // On pages of others.
  case embed, embedFrame, embedImage, allResults
  // On notice boards; in `boardLost` {n} is for a number.
  case board, boardSaid, boardInTurn, boardEdit, boardHint, boardLost

  var phrase: Phrase {
    switch self {
    case .skip: Phrase("Siirry sisältöön", "Gå till innehållet", "Skip to content")
    case .language: Phrase("Kieli", "Språk", "Language")
    case .pages: Phrase("Sivut", "Sidor", "Pages")
    case .published: Phrase("Julkiset tulokset", "Offentliga resultat", "Public results")
    case .results: Phrase("Tulokset", "Resultat", "Results")
    case .devices: Phrase("Laitteet", "Enheter", "Devices")
    case .sessions: Phrase("Istunnot", "Sessioner", "Sessions")
    case .signIn: Phrase("Kirjaudu sisään", "Logga in", "Sign in")
    case .signOut: Phrase("Kirjaudu ulos", "Logga ut", "Sign out")
    case .footer:
      Phrase(
        "Pikapalaute laskee jokaisen painalluksen kerran.",
        "Pikapalaute räknar varje tryckning en gång.",
        "Pikapalaute counts every press once.")
    case .openData: Phrase("Avoin data", "Öppna data", "Open data")
    case .toStart: Phrase("Alkuun", "Till början", "To the start")
    case .token: Phrase("Tunniste", "Nyckel", "Token")
    case .tokenHint:
      Phrase(
        "Ylläpitäjän antama, alkaa pp_. Istunto kestää 12 tuntia.",
        "Du får den av administratören; den börjar med pp_. Sessionen varar 12 timmar.",
        "Given to you by the administrator, begins with pp_. You stay signed in for 12 hours.")
    case .tokenWrong:
      Phrase(
        "Tunniste ei kelpaa: se on väärä, vanhentunut tai peruttu.",
        "Nyckeln gäller inte: den är fel, för gammal eller återkallad.",
        "This token is not valid: it is wrong, expired or withdrawn.")
    case .tokenOfDevice:
      Phrase(
        "Tämä on laitteen tunniste; se ei avaa tuloksia.",
        "Detta är en enhets nyckel; den öppnar inga resultat.",
        "This is a device’s token; it opens no results.")
    case .tokenLater:
      Phrase(
        "Juuri nyt ei voi kirjautua. Yritä hetken kuluttua uudelleen.",
        "Det går inte att logga in just nu. Försök igen om en stund.",
        "Signing in is not possible right now. Try again in a moment.")
    case .signInByProvider:
      Phrase(
        "Kirjaudu organisaation tunnuksella", "Logga in med organisationens konto",
        "Sign in with your organisation’s account")
    case .orByToken: Phrase("Tai tunnisteella:", "Eller med en nyckel:", "Or with a token:")
    case .place: Phrase("Paikka", "Plats", "Place")
    case .from: Phrase("Alkaen", "Från", "From")
    case .until: Phrase("Ennen päivää", "Före", "Before")
    case .untilHint:
      Phrase(
        "Jälkimmäinen päivä ei ole enää mukana.", "Den senare dagen är inte med.",
        "The second day is no longer included.")
    case .by: Phrase("Kuvion jakso", "Diagrammets period", "Chart by")
    case .question: Phrase("Kysymys", "Fråga", "Question")
    case .show: Phrase("Näytä", "Visa", "Show")
    case .day: Phrase("päivä", "dag", "day")
    case .week: Phrase("viikko", "vecka", "week")
    case .month: Phrase("kuukausi", "månad", "month")
    case .quarter: Phrase("vuosineljännes", "kvartal", "quarter")
    case .lastWeeks: Phrase("4 viikkoa", "4 veckor", "4 weeks")
    case .lastMonths: Phrase("12 kuukautta", "12 månader", "12 months")
    case .thisYear: Phrase("Tämä vuosi", "I år", "This year")
    case .lastYear: Phrase("Viime vuosi", "I fjol", "Last year")
    case .views: Phrase("Näkymät", "Vyer", "Views")
    case .overview: Phrase("Yleiskuva", "Översikt", "Overview")
    case .times: Phrase("Tunnit ja päivät", "Timmar och dagar", "Hours and days")
    case .index: Phrase("Tyytyväisyysindeksi", "Nöjdhetsindex", "Happy index")
    case .change: Phrase("Muutos", "Förändring", "Change")
    case .attention: Phrase("Huomiota vaatii", "Kräver uppmärksamhet", "Needs attention")
    case .noAttention:
      Phrase(
        "Ei poikkeamia: laitteet vastaavat eikä palautetta ole kadonnut.",
        "Inga avvikelser: enheterna svarar och inga svar har gått förlorade.",
        "Nothing unusual: devices answer and no feedback was lost.")
    case .nothingAsked:
      Phrase(
        "Täällä ei kysytty mitään tällä ajalla.", "Inget frågades här under den här tiden.",
        "Nothing was asked here in this period.")
    case .asTable: Phrase("Taulukkona", "Som tabell", "As a table")
    case .asPicture: Phrase("Kuvana", "Som bild", "As a picture")
    case .origin:
      Phrase("Mistä luvut tulevat", "Varifrån siffrorna kommer", "Where the numbers come from")
    case .showMore: Phrase("Näytä", "Visa", "Show")
    case .period: Phrase("Jakso", "Period", "Period")
    case .responses: Phrase("Vastauksia", "Svar", "Responses")
    case .share: Phrase("Osuus", "Andel", "Share")
    case .face: Phrase("Vastaus", "Svar", "Response")
    case .interval: Phrase("95 %:n väli", "95 %-intervall", "95% interval")
    case .verdict: Phrase("Päätelmä", "Slutsats", "Verdict")
    case .difference: Phrase("Ero", "Skillnad", "Difference")
    case .unit: Phrase("Paikka", "Plats", "Place")
    case .rank: Phrase("Mahdolliset sijat", "Möjliga placeringar", "Possible ranks")
    case .shrunk: Phrase("Tasoitettu indeksi", "Utjämnat index", "Shrunk index")
    case .signals: Phrase("Poikkeama", "Avvikelse", "Signal")
    case .before: Phrase("Edellinen jakso", "Föregående period", "The period before")
    case .yearAgo: Phrase("Vuosi sitten", "För ett år sedan", "A year ago")
    case .now: Phrase("Tämä jakso", "Den här perioden", "This period")
    case .others: Phrase("Muut rinnalla olevat", "Övriga jämsides", "The other siblings")
    case .weekday: Phrase("Viikonpäivä", "Veckodag", "Weekday")
    case .silent: Phrase("hiljaa", "tyst", "silent")
    case .alive: Phrase("kuulolla", "kontakt", "alive")
    case .touchpoint: Phrase("Paikka", "Plats", "Place")
    case .lastHeard: Phrase("Kuultu viimeksi", "Hördes senast", "Last heard")
    case .lastPress: Phrase("Viimeisin painallus", "Senaste tryckning", "Last press")
    case .battery: Phrase("Paristo, V", "Batteri, V", "Battery, V")
    case .journal: Phrase("Odottaa laitteessa", "Väntar i enheten", "Waiting in device")
    case .firmware: Phrase("Ohjelmisto", "Programvara", "Firmware")
    case .state: Phrase("Tila", "Läge", "State")
    case .unassigned: Phrase("ei paikassa", "utan plats", "unassigned")
    case .notRegistered: Phrase("poistettu", "borttagen", "removed")
    case .never: Phrase("ei koskaan", "aldrig", "never")
    case .yes: Phrase("kyllä", "ja", "yes")
    case .no: Phrase("ei", "nej", "no")
    case .notExpected: Phrase("suljettu nyt", "stängt nu", "closed now")
    case .asleep: Phrase("lepää", "vilar", "asleep")
    case .lowBattery: Phrase("paristo vähissä", "svagt batteri", "low battery")
    case .signal: Phrase("Kuuluvuus, dBm", "Signal, dBm", "Signal, dBm")
    case .clock: Phrase("Kello", "Klocka", "Clock")
    case .configuration: Phrase("Asetusten versio", "Inställningarnas version", "Configuration")
    case .firmwareOffers:
      Phrase("Tarjotut ohjelmistot", "Erbjuden programvara", "Offered firmware")
    case .told: Phrase("Tarjottu", "Erbjuden", "Offered")
    case .took: Phrase("Käytössä", "I bruk", "Running")
    case .model: Phrase("Malli", "Modell", "Model")
    case .restarts: Phrase("Käynnistyksiä", "Omstarter", "Restarts")
    case .lowest: Phrase("Matalin", "Lägst", "Lowest")
    case .highest: Phrase("Enimmillään", "Som mest", "At most")
    case .stood: Phrase("Missä laite on ollut", "Var enheten har stått", "Where it stood")
    case .daily: Phrase("Päivä päivältä (UTC)", "Dag för dag (UTC)", "Day by day (UTC)")
    case .property: Phrase("Tieto", "Uppgift", "Property")
    case .value: Phrase("Arvo", "Värde", "Value")
    case .quarantine: Phrase("Karanteeni", "Karantän", "Quarantine")
    case .received: Phrase("Vastaanotettu", "Mottaget", "Received")
    case .reason: Phrase("Syy", "Orsak", "Reason")
    case .detail: Phrase("Tarkemmin", "Närmare", "Detail")
    case .bytes: Phrase("Tavuja", "Byte", "Bytes")
    case .knocking: Phrase("Rekisteröimättömät", "Oregistrerade", "Unregistered")
    case .firstSeen: Phrase("Ensimmäinen viesti", "Första meddelandet", "First message")
    case .lastSeen: Phrase("Viimeisin viesti", "Senaste meddelandet", "Last message")
    case .messages: Phrase("Viestejä karanteenissa", "Meddelanden i karantän", "Messages kept")
    case .registering:
      Phrase(
        "Lisää laite sen paikan kohdalle rekisteritiedostoon, kohtaan devices, ja ota tiedosto käyttöön:",
        "Lägg till enheten vid dess plats i registerfilen, under devices, och ta filen i bruk:",
        "Add the device at its place in the registry file, under devices, and apply the file:")
    case .excluded:
      Phrase("Liian nopeasti toistettuja", "Upprepade för snabbt", "Repeated too soon")
    case .invalid: Phrase("Virheellisiä", "Ogiltiga", "Invalid")
    case .lost: Phrase("Laitteen kadottamia", "Förlorade i enheten", "Lost in the device")
    case .estimated: Phrase("Aika arvioitu", "Tid uppskattad", "Time estimated")
    case .late: Phrase("Yli vuorokauden myöhässä", "Över ett dygn sena", "More than a day late")
    case .imported:
      Phrase("Aiemmalta toimittajalta", "Från tidigare leverantör", "From an earlier supplier")
    case .annulled: Phrase("Mitätöityjä", "Annullerade", "Annulled")
    case .coverage: Phrase("Kattavuus", "Täckning", "Coverage")
    case .presses: Phrase("Painalluksia", "Tryckningar", "Presses")
    case .singlePresses:
      Phrase("Yksittäiset painallukset", "Enskilda tryckningar", "Single presses")
    case .notes: Phrase("Merkinnät", "Anteckningar", "Notes")
    case .addNote: Phrase("Lisää merkintä", "Lägg till en anteckning", "Add a note")
    case .noteDate: Phrase("Päivä", "Dag", "Day")
    case .noteText: Phrase("Mitä tapahtui", "Vad hände", "What happened")
    case .noteHint:
      Phrase(
        "Näkyy kaikille, jotka näkevät tämän paikan tai sen alla olevia. Säilyy pysyvästi, "
          + "peruttunakin: älä kirjoita yksittäisistä ihmisistä.",
        "Visas för alla som ser den här platsen eller platser under den. Bevaras för alltid, också "
          + "återtagen: skriv inget om enskilda människor.",
        "Shown to all who see this place or places below it. Kept for ever, withdrawn or not: write "
          + "nothing about single persons.")
    case .save: Phrase("Tallenna", "Spara", "Save")
    case .withdraw: Phrase("Peru", "Återta", "Withdraw")
    case .kind: Phrase("Laji", "Slag", "Kind")
    case .device: Phrase("Laite", "Enhet", "Device")
    case .revisions:
      Phrase("Mikä lukuja muutti", "Vad som ändrade siffrorna", "What changed the numbers")
    case .nothingPublished:
      Phrase(
        "Mitään ei ole vielä julkaistu.", "Inget har publicerats ännu.",
        "Nothing has been published yet.")
    case .howToRead:
      Phrase("Näin lukuja luetaan", "Så läser du siffrorna", "How to read the numbers")
    case .howToReadText:
      Phrase(
        """
        Indeksi on 0, kun kaikki painoivat tyytymättömintä nappia, ja 100, kun kaikki painoivat \
        tyytyväisintä. Väli kertoo, missä todellinen indeksi 95 prosentin varmuudella on: mitä \
        vähemmän vastauksia, sitä leveämpi väli. Kaksi jaksoa, joiden välit menevät päällekkäin, \
        eivät välttämättä eroa toisistaan.
        """,
        """
        Index är 0 när alla tryckte på den mest missnöjda knappen och 100 när alla tryckte på den \
        nöjdaste. Intervallet visar var det verkliga indexet ligger med 95 procents säkerhet: ju \
        färre svar, desto bredare. Två perioder vars intervall överlappar skiljer sig inte \
        nödvändigtvis från varandra.
        """,
        """
        The index is 0 when everybody pressed the unhappiest button and 100 when everybody pressed \
        the happiest. The interval says where the true index lies with 95 percent certainty: the \
        fewer responses, the wider. Two periods whose intervals overlap do not necessarily differ.
        """)
    case .accessibility:
      Phrase(
        """
        Saavutettavuus: jokaisella kuviolla on lause ja taulukko, väri ei yksin kerro mitään, ja \
        sivu toimii näppäimistöllä ja ilman JavaScriptiä (tavoitteena WCAG 2.2 AA).
        """,
        """
        Tillgänglighet: varje diagram har en mening och en tabell, färgen är aldrig ensam om att \
        säga något, och sidan fungerar med tangentbord och utan JavaScript (mål: WCAG 2.2 AA).
        """,
        """
        Accessibility: every picture has a sentence and a table, colour never speaks alone, and the \
        page works by keyboard and without JavaScript (aiming at WCAG 2.2 AA).
        """)
    case .below: Phrase("Yksiköt", "Enheter", "Units")
    case .publishedAt: Phrase("Julkaistu", "Publicerad", "Published")
    case .suppressed: Phrase("ei näytetä", "visas inte", "not shown")
    case .embed:
      Phrase("Upota omalle sivullesi", "Bädda in på din sida", "Embed in a page of yours")
    case .embedFrame: Phrase("Kehyksenä", "Som ram", "As a frame")
    case .embedImage: Phrase("Kuvana", "Som bild", "As a picture")
    case .allResults: Phrase("Kaikki tulokset", "Alla resultat", "All results")
    case .board: Phrase("Ilmoitustaulu", "Anslagstavla", "Notice board")
    case .boardSaid: Phrase("Sanoitte – teimme", "Ni sade – vi gjorde", "You said – we did")
    case .boardInTurn: Phrase("Vuorotellen", "I tur och ordning", "In turn")
    case .boardEdit: Phrase("Muokkaa", "Redigera", "Edit")
    case .boardHint:
      Phrase(
        "Näkyy ilmoitustaululla kaikille. Tyhjä poistaa tekstin. Merkkejä enintään",
        "Syns på anslagstavlan för alla. En tom text tas bort. Högsta antal tecken:",
        "Everybody sees it on the notice board. An empty text is taken away. Characters at most:")
    case .boardLost:
      Phrase(
        "Yhteys on poikki; luvut tarkistettiin {n} min sitten.",
        "Förbindelsen är bruten; siffrorna kontrollerades för {n} min sedan.",
        "Connection lost; the numbers were checked {n} min ago.")
    }
  }
}

extension Language {
  func text(_ word: PageWord) -> String { word.phrase[self] }

  /// All of them by their names, as templates ask for them.
  var texts: [String: String] { Language.allTexts[self] ?? [:] }

  private static let allTexts: [Language: [String: String]] = Dictionary(
    uniqueKeysWithValues: allCases.map { language in
      (
        language,
        Dictionary(
          uniqueKeysWithValues: PageWord.allCases.map { ($0.rawValue, $0.phrase[language]) })
      )
    })
}
