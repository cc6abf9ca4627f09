/// What the pages of a team's phones say.
enum PhoneWord: String, CaseIterable {
  case phones, phone, lead, state, lastSync, enrolled, codeUntil, codeExpired, noCode, noPhones,
    noTeams, teams
  case makeCodes, count, countHint, make
  case lost, whichPhone, lostHint, renew, withdraw
  case codes, once, print, step1, step2, step3, validUntil, orType, picture

  var phrase: Phrase {
    switch self {
    case .phones: Phrase("Puhelimet", "Telefoner", "Phones")
    case .phone: Phrase("Puhelin", "Telefon", "Phone")
    case .lead:
      Phrase(
        "Puhelin kuuluu tiimille, ei työntekijälle. Nimet ovat sattumanvaraisia.",
        "En telefon hör till teamet, inte till en anställd. Namnen är slumpmässiga.",
        "A phone belongs to the team, not to a worker. The names are random.")
    case .state: Phrase("Tila", "Läge", "State")
    case .lastSync: Phrase("Lähettänyt viimeksi", "Sände senast", "Last sync")
    case .enrolled: Phrase("käytössä", "i bruk", "enrolled")
    case .codeUntil:
      Phrase("koodi odottaa, vanhenee", "kod väntar, gäller till", "code waits, until")
    case .codeExpired: Phrase("koodi vanhentui", "koden har gått ut", "code expired")
    case .noCode: Phrase("ei koodia", "ingen kod", "no code")
    case .noPhones: Phrase("Ei vielä puhelimia.", "Inga telefoner ännu.", "No phones yet.")
    case .noTeams:
      Phrase(
        "Täällä ei ole tiimiä, jonka käyntejä arvioidaan.",
        "Här finns inget team vars besök bedöms.", "There is no team here whose visits are rated.")
    case .teams: Phrase("Tiimit", "Team", "Teams")
    case .makeCodes: Phrase("Uusia puhelimia", "Nya telefoner", "New phones")
    case .count: Phrase("Kuinka monta?", "Hur många?", "How many?")
    case .countHint:
      Phrase(
        "Jokainen koodi avaa yhden puhelimen kerran, 7 päivän aikana. Koodit näytetään vain seuraavalla sivulla.",
        "Varje kod öppnar en telefon en gång, inom 7 dagar. Koderna visas bara på nästa sida.",
        "Each code opens one phone once, within 7 days. Codes are shown on the next page only.")
    case .make: Phrase("Tee koodit", "Gör koder", "Make codes")
    case .lost:
      Phrase(
        "Kadonnut tai tyhjentynyt puhelin", "Borttappad eller tömd telefon",
        "A phone lost or emptied")
    case .whichPhone: Phrase("Mikä puhelin?", "Vilken telefon?", "Which phone?")
    case .lostHint:
      Phrase(
        "Kumpikin lopettaa puhelimen käytön heti: sen tunnus ja koodi eivät enää avaa mitään. Uusi koodi antaa sen tilalle uuden, sattumanvaraisen nimen. Annetut arviot jäävät tiimille.",
        "Båda avslutar telefonens bruk genast: dess nyckel och kod öppnar inget mer. En ny kod ger i dess ställe ett nytt slumpmässigt namn. Givna bedömningar blir kvar hos teamet.",
        "Both end the phone’s use at once: its key and code open nothing any more. A new code gives a new random name in its place. Ratings that were given stay with the team."
      )
    case .renew: Phrase("Uusi koodi", "Ny kod", "New code")
    case .withdraw:
      Phrase("Poista tämä puhelin", "Ta bort den här telefonen", "Withdraw this phone")
    case .codes: Phrase("Puhelinten koodit", "Koder för telefoner", "Codes for phones")
    case .once:
      Phrase(
        "Tulosta nyt (A4): koodeja ei näytetä uudelleen.",
        "Skriv ut nu (A4): koderna visas inte på nytt.",
        "Print now (A4): the codes are not shown again.")
    case .print:
      Phrase(
        "Anna lappu eteenpäin vain tiimin omille: koodin haltija voi lähettää arvioita.",
        "Ge lappen bara till teamet: den som har koden kan sända bedömningar.",
        "Give a slip to the team only: whoever has the code can send ratings.")
    case .step1:
      Phrase(
        "Lue ruutukoodi puhelimen kameralla ja avaa osoite.",
        "Läs rutkoden med telefonens kamera och öppna adressen.",
        "Scan the square code with the phone’s camera and open the address.")
    case .step2:
      Phrase(
        "Paina Ota käyttöön ja tarkista, että tiimin nimi on oikea.",
        "Tryck på Ta i bruk och kontrollera att teamets namn är rätt.",
        "Press Enrol and check that the team’s name is right.")
    case .step3:
      Phrase(
        "Lisää sivu aloitusnäyttöön ja hävitä tämä lappu.",
        "Lägg till sidan på hemskärmen och förstör den här lappen.",
        "Add the page to the home screen and destroy this slip.")
    case .validUntil:
      Phrase("Toimii kerran, viimeistään", "Gäller en gång, till", "Works once. Valid until")
    case .orType: Phrase("Tai kirjoita koodi:", "Eller skriv koden:", "Or type the code:")
    case .picture: Phrase("Ruutukoodi", "Rutkod", "Square code")
    }
  }

  /// All of them, for a template.
  static func texts(_ language: Language) -> [String: String] {
    Dictionary(uniqueKeysWithValues: allCases.map { ($0.rawValue, $0.phrase[language]) })
  }
}
