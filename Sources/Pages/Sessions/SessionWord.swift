/// What the page of those who are signed in says.
enum SessionWord: String, CaseIterable {
  case lead, leadAll, yours, this, began, seen, otherBrowser, wholeSite, end, endAll,
    none
  case reader, analyst, manager, administrator

  var phrase: Phrase {
    switch self {
    case .lead:
      Phrase(
        "Selaimet, joissa olet kirjautuneena. Lopeta ne, joita et tunne tai käytä.",
        "Webbläsare där du är inloggad. Avsluta dem som du inte känner igen eller använder.",
        "Browsers in which you are signed in. End those that you do not know or use.")
    case .leadAll:
      Phrase(
        "Kaikki, jotka ovat nyt kirjautuneina selaimella. Jokaisesta lopetuksesta jää merkintä "
          + "tapahtumalokiin.",
        "Alla som nu är inloggade med en webbläsare. Varje avslut antecknas i händelseloggen.",
        "Everybody who is signed in with a browser now. The audit log keeps each that is ended.")
    case .yours: Phrase("omat", "egna", "yours")
    case .this: Phrase("tämä selain", "den här webbläsaren", "this browser")
    case .began: Phrase("alkoi", "började", "began")
    case .seen: Phrase("käytetty viimeksi", "användes senast", "last used")
    case .otherBrowser: Phrase("Muu selain", "Annan webbläsare", "Another browser")
    case .wholeSite: Phrase("kaikki paikat", "alla platser", "all places")
    case .end: Phrase("Lopeta", "Avsluta", "End")
    case .endAll: Phrase("Lopeta kaikki", "Avsluta alla", "End all")
    case .none:
      Phrase(
        "Selainistuntoja ei ole.", "Inga sessioner i webbläsare.",
        "There are no sessions of browsers.")
    case .reader: Phrase("lukija", "läsare", "reader")
    case .analyst: Phrase("analyytikko", "analytiker", "analyst")
    case .manager: Phrase("esihenkilö", "chef", "manager")
    case .administrator: Phrase("ylläpitäjä", "administratör", "administrator")
    }
  }

  /// All of them, for a template.
  static func texts(_ language: Language) -> [String: String] {
    Dictionary(uniqueKeysWithValues: allCases.map { ($0.rawValue, $0.phrase[language]) })
  }
}
