/// A part of the city that units are grouped by.
struct Area: Sendable {
  var id: String
  var name: Text
}

/// A district that gives its name to units: Kallio, Kallion, Berghäll.
struct District: Sendable {
  var id: String
  var name: String
  var genitive: String
  var swedish: String
  var area: String
}

enum Helsinki {
  static let areas: [Area] = [
    Area(id: "etela", name: Text(fi: "Etelä", sv: "Södra", en: "South")),
    Area(id: "lansi", name: Text(fi: "Länsi", sv: "Västra", en: "West")),
    Area(id: "keski", name: Text(fi: "Keski", sv: "Mellersta", en: "Central")),
    Area(id: "pohjoinen", name: Text(fi: "Pohjoinen", sv: "Norra", en: "North")),
    Area(id: "koillinen", name: Text(fi: "Koillinen", sv: "Nordöstra", en: "North-east")),
    Area(id: "kaakko", name: Text(fi: "Kaakko", sv: "Sydöstra", en: "South-east")),
    Area(id: "ita", name: Text(fi: "Itä", sv: "Östra", en: "East")),
  ]

  static let districts: [District] = [
    district("Kamppi", "Kampin", "Kampen", "etela"),
    district("Lauttasaari", "Lauttasaaren", "Drumsö", "etela"),
    district("Töölö", "Töölön", "Tölö", "etela"),
    district("Viiskulma", "Viiskulman", "Femkanten", "etela"),
    district("Ruoholahti", "Ruoholahden", "Gräsviken", "etela"),
    district("Haaga", "Haagan", "Haga", "lansi"),
    district("Kannelmäki", "Kannelmäen", "Gamlas", "lansi"),
    district("Malminkartano", "Malminkartanon", "Malmgård", "lansi"),
    district("Munkkiniemi", "Munkkiniemen", "Munksnäs", "lansi"),
    district("Pitäjänmäki", "Pitäjänmäen", "Sockenbacka", "lansi"),
    district("Ruskeasuo", "Ruskeasuon", "Brunakärr", "lansi"),
    district("Kallio", "Kallion", "Berghäll", "keski"),
    district("Laakso", "Laakson", "Dal", "keski"),
    district("Meilahti", "Meilahden", "Mejlans", "keski"),
    district("Pasila", "Pasilan", "Böle", "keski"),
    district("Vallila", "Vallilan", "Vallgård", "keski"),
    district("Käpylä", "Käpylän", "Kottby", "pohjoinen"),
    district("Maunula", "Maunulan", "Månsas", "pohjoinen"),
    district("Oulunkylä", "Oulunkylän", "Åggelby", "pohjoinen"),
    district("Pakila", "Pakilan", "Baggböle", "pohjoinen"),
    district("Paloheinä", "Paloheinän", "Svedängen", "pohjoinen"),
    district("Jakomäki", "Jakomäen", "Jakobacka", "koillinen"),
    district("Malmi", "Malmin", "Malm", "koillinen"),
    district("Pihlajamäki", "Pihlajamäen", "Rönnbacka", "koillinen"),
    district("Puistola", "Puistolan", "Parkstad", "koillinen"),
    district("Suutarila", "Suutarilan", "Skomakarböle", "koillinen"),
    district("Viikki", "Viikin", "Vik", "koillinen"),
    district("Herttoniemi", "Herttoniemen", "Hertonäs", "kaakko"),
    district("Kulosaari", "Kulosaaren", "Brändö", "kaakko"),
    district("Laajasalo", "Laajasalon", "Degerö", "kaakko"),
    district("Roihuvuori", "Roihuvuoren", "Kasberget", "kaakko"),
    district("Itäkeskus", "Itäkeskuksen", "Östra centrum", "ita"),
    district("Kivikko", "Kivikon", "Stensböle", "ita"),
    district("Kontula", "Kontulan", "Gårdsbacka", "ita"),
    district("Mellunmäki", "Mellunmäen", "Mellungsbacka", "ita"),
    district("Myllypuro", "Myllypuron", "Kvarnbäcken", "ita"),
    district("Puotila", "Puotilan", "Botby gård", "ita"),
    district("Vuosaari", "Vuosaaren", "Nordsjö", "ita"),
  ]

  private static func district(
    _ name: String, _ genitive: String, _ swedish: String, _ area: String
  ) -> District {
    District(id: name.slug, name: name, genitive: genitive, swedish: swedish, area: area)
  }
}

extension String {
  /// The text as an identifier: lower case, a for ä and å, o for ö.
  var slug: String {
    String(
      lowercased().map { character in
        switch character {
        case "ä", "å": "a"
        case "ö": "o"
        case " ": "-"
        default: character
        }
      })
  }
}
