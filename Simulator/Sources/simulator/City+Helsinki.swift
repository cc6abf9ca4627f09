/// One service of the demo city and where its units are.
private struct ServicePlan: Sendable {
  var id: String
  var name: Text
  /// End of a unit's identifier: kallio-terveysasema.
  var unitID: String
  /// A unit's name after the district: Kallion terveysasema, Hälsostationen i Berghäll,
  /// Kallio health station.
  var unit: Text
  var hours: OpeningHours = .office
  /// How many of the units have a second terminal, upstairs.
  var secondFloors: Int
  var districts: [String]
}

extension City {
  /// 130 lobby terminals hn-0001…hn-0130, two that take the place of others, and 120 home-care phones
  /// kh-0001…kh-0120.
  ///
  /// - Parameter made: the day on which the city was made, from which its events follow.
  static func helsinki(made: LocalDate) -> City {
    var city = City(
      events: CityEvents(made: made),
      questions: [
        Question(
          id: "palvelu", buttons: 4,
          text: Text(
            fi: "Kuinka tyytyväinen olit saamaasi palveluun?",
            sv: "Hur nöjd var du med servicen du fick?",
            en: "How satisfied were you with the service?")),
        Question(
          id: "kaynti", buttons: 4,
          text: Text(
            fi: "Millainen kokemus sinulle jäi käynnistä?",
            sv: "Hur upplevde du besöket?",
            en: "How was the visit for you?")),
      ])
    var terminals = 0
    for plan in lobbyServices { city.add(plan, terminals: &terminals) }
    city.addHomeCare()
    precondition(terminals == 130 && city.lobbies.count == 130)
    return city
  }

  private mutating func add(_ plan: ServicePlan, terminals: inout Int) {
    var service = Node(id: plan.id, kind: "service", name: plan.name)
    let secondFloors = Set(plan.districts.prefix(plan.secondFloors))
    for area in Helsinki.areas {
      var areaNode = Node(id: "\(plan.id)-\(area.id)", kind: "area", name: area.name)
      for district in Helsinki.districts
      where district.area == area.id && plan.districts.contains(district.id) {
        let name = Text(
          fi: "\(district.genitive) \(plan.unit.fi)", sv: "\(plan.unit.sv) i \(district.swedish)",
          en: "\(district.name) \(plan.unit.en)")
        var unit = Node(id: "\(district.id)-\(plan.unitID)", kind: "unit", name: name)
        unit.nodes.append(lobby("aula", Text(fi: "aula", sv: "aula", en: "lobby"), unit, plan))
        if secondFloors.contains(district.id) {
          let floor = Text(fi: "toinen kerros", sv: "andra våningen", en: "second floor")
          unit.nodes.append(lobby("krs2", floor, unit, plan))
        }
        areaNode.nodes.append(unit)
      }
      if !areaNode.nodes.isEmpty { service.nodes.append(areaNode) }
    }
    services.append(service)

    func lobby(_ suffix: String, _ place: Text, _ unit: Node, _ plan: ServicePlan) -> Node {
      terminals += 1
      return addTouchpoint(
        id: "\(unit.id)-\(suffix)",
        name: Text(
          fi: "\(unit.name.fi), \(place.fi)", sv: "\(unit.name.sv), \(place.sv)",
          en: "\(unit.name.en), \(place.en)"),
        service: plan.id, unit: unit.id, question: 0, hours: plan.hours,
        devices: ["hn-\(terminals.padded(4))"],
        repeatIntervalMilliseconds: 2000)
    }
  }

  private mutating func addHomeCare() {
    let teams = [
      ("etela", ["kamppi", "lauttasaari", "toolo", "ruoholahti"]),
      ("lansi", ["haaga", "kannelmaki", "munkkiniemi", "pitajanmaki"]),
      ("keski", ["kallio", "meilahti", "pasila", "vallila"]),
      ("pohjoinen", ["kapyla", "maunula", "oulunkyla", "pakila"]),
      ("kaakko", ["herttoniemi", "kulosaari", "laajasalo", "roihuvuori"]),
      ("ita", ["itakeskus", "kontula", "myllypuro", "vuosaari"]),
    ]
    let phonesPerTeam = 5
    var phones = 0
    var service = Node(
      id: "kotihoito", kind: "service", name: Text(fi: "Kotihoito", sv: "Hemvård", en: "Home care"))
    for (areaID, districts) in teams {
      guard let area = Helsinki.areas.first(where: { $0.id == areaID }) else { continue }
      var areaNode = Node(id: "kotihoito-\(area.id)", kind: "area", name: area.name)
      for district in Helsinki.districts where districts.contains(district.id) {
        let devices = (1...phonesPerTeam).map { "kh-\((phones + $0).padded(4))" }
        phones += phonesPerTeam
        areaNode.nodes.append(
          addTouchpoint(
            id: "kotihoito-\(district.id)",
            name: Text(
              fi: "\(district.genitive) kotihoito", sv: "Hemvården i \(district.swedish)",
              en: "\(district.name) home care"),
            service: service.id, unit: "kotihoito-\(district.id)", question: 1, hours: .visits,
            devices: devices,
            repeatIntervalMilliseconds: 0))
      }
      service.nodes.append(areaNode)
    }
    services.append(service)
  }

  private mutating func addTouchpoint(
    id: String, name: Text, service: String, unit: String, question: Int, hours: OpeningHours,
    devices: [String], repeatIntervalMilliseconds: Int
  ) -> Node {
    // A busy lobby sees ten times the people of a quiet one.
    var random = SplitMix64(seed: 0, label: id)
    let busyness = 1 + 0.4 * random.normal()
    touchpoints.append(
      Touchpoint(
        id: id, service: service, unit: unit, question: question, weight: max(0.2, busyness),
        hours: hours, devices: devices, replacement: events.replacements[id],
        repeatIntervalMilliseconds: repeatIntervalMilliseconds))
    return Node(id: id, kind: "touchpoint", name: name, touchpoint: touchpoints.count - 1)
  }
}

private let lobbyServices: [ServicePlan] = [
  ServicePlan(
    id: "terveysasemat",
    name: Text(fi: "Terveysasemat", sv: "Hälsostationer", en: "Health stations"),
    unitID: "terveysasema",
    unit: Text(fi: "terveysasema", sv: "Hälsostationen", en: "health station"), secondFloors: 8,
    districts: [
      "kallio", "malmi", "itakeskus", "vuosaari", "toolo", "laakso", "herttoniemi", "oulunkyla",
      "haaga", "jakomaki", "kannelmaki", "kivikko", "kontula", "laajasalo", "lauttasaari",
      "malminkartano", "maunula", "munkkiniemi", "myllypuro", "paloheina", "pihlajamaki",
      "pitajanmaki", "puistola", "suutarila", "vallila", "viiskulma",
    ]),
  ServicePlan(
    id: "hammashoitolat",
    name: Text(fi: "Hammashoitolat", sv: "Tandkliniker", en: "Dental clinics"),
    unitID: "hammashoitola",
    unit: Text(fi: "hammashoitola", sv: "Tandkliniken", en: "dental clinic"), secondFloors: 8,
    districts: [
      "ruskeasuo", "kallio", "kamppi", "vuosaari", "malmi", "itakeskus", "kontula", "pasila",
      "haaga", "herttoniemi", "jakomaki", "kannelmaki", "kapyla", "kivikko", "kulosaari",
      "laajasalo", "lauttasaari", "maunula", "mellunmaki", "munkkiniemi", "myllypuro",
      "oulunkyla", "pakila", "pihlajamaki", "pitajanmaki", "puistola", "roihuvuori", "suutarila",
      "toolo", "viikki",
    ]),
  ServicePlan(
    id: "paivystykset",
    name: Text(fi: "Päivystykset", sv: "Jourmottagningar", en: "Emergency rooms"),
    unitID: "paivystys",
    unit: Text(fi: "päivystys", sv: "Jouren", en: "emergency room"), hours: .always,
    secondFloors: 4, districts: ["meilahti", "malmi", "laakso", "herttoniemi"]),
  ServicePlan(
    id: "palvelukeskukset",
    name: Text(
      fi: "Monipuoliset palvelukeskukset", sv: "Mångsidiga servicecentraler",
      en: "Service centres"),
    unitID: "palvelukeskus",
    unit: Text(fi: "palvelukeskus", sv: "Servicecentralen", en: "service centre"),
    secondFloors: 2,
    districts: [
      "kallio", "oulunkyla", "haaga", "kannelmaki", "kontula", "laajasalo", "malmi",
      "munkkiniemi", "myllypuro", "roihuvuori", "toolo", "vuosaari",
    ]),
  ServicePlan(
    id: "paihde-psykiatria",
    name: Text(
      fi: "Päihde- ja psykiatriapalvelut", sv: "Missbrukar- och psykiatritjänster",
      en: "Substance-abuse and psychiatric services"),
    unitID: "psykiatria",
    unit: Text(
      fi: "päihde- ja psykiatriapoliklinikka", sv: "Missbrukar- och psykiatripolikliniken",
      en: "substance-abuse and psychiatric clinic"),
    secondFloors: 2,
    districts: [
      "kallio", "malmi", "herttoniemi", "itakeskus", "kamppi", "kannelmaki", "laakso", "pasila",
      "vallila", "vuosaari",
    ]),
  ServicePlan(
    id: "sairaalan-osastot",
    name: Text(fi: "Sairaalan osastot", sv: "Sjukhusavdelningar", en: "Hospital wards"),
    unitID: "osasto",
    unit: Text(fi: "sairaalan osasto", sv: "Sjukhusavdelningen", en: "hospital ward"),
    secondFloors: 4, districts: ["laakso", "malmi", "oulunkyla", "herttoniemi"]),
  ServicePlan(
    id: "kouluterveydenhuolto",
    name: Text(fi: "Kouluterveydenhuolto", sv: "Skolhälsovård", en: "School health care"),
    unitID: "kouluterveys",
    unit: Text(fi: "kouluterveydenhuolto", sv: "Skolhälsovården", en: "school health care"),
    secondFloors: 0,
    districts: ["kallio", "vuosaari", "kannelmaki", "malmi", "lauttasaari", "myllypuro"]),
  ServicePlan(
    id: "vammaispalvelut",
    name: Text(fi: "Vammaispalvelut", sv: "Handikappservice", en: "Disability services"),
    unitID: "vammaispalvelu",
    unit: Text(fi: "vammaispalvelu", sv: "Handikappservicen", en: "disability services"),
    secondFloors: 0, districts: ["pasila", "malmi", "ruskeasuo", "itakeskus"]),
  ServicePlan(
    id: "perhekeskukset",
    name: Text(fi: "Perhekeskukset", sv: "Familjecenter", en: "Family centres"),
    unitID: "perhekeskus",
    unit: Text(fi: "perhekeskus", sv: "Familjecentret", en: "family centre"), secondFloors: 0,
    districts: ["kallio", "itakeskus", "vuosaari", "kamppi", "malmi", "haaga"]),
]
