import CivilTime
import Pages
import Publishing
import Queries
import Registry
import Reporting

/// What the site publishes, as portals of open data read it: DCAT-AP 3 in JSON-LD.
///
/// Addresses are relative to that of the catalogue itself, so it holds behind any proxy.
struct Catalog: Sendable {
  static let path = "/public/v1/catalog.jsonld"
  static let contentType = "application/ld+json"
  /// CC BY 4.0.
  static let licence = "https://creativecommons.org/licenses/by/4.0/"

  private static let authority = "http://publications.europa.eu/resource/authority/"
  private static let publisher = "/#publisher"

  let site: Site
  /// The public nodes with nothing public above them.
  let roots: [Node]
  /// What was published of them.
  let series: [PublishedSeries]

  func json() -> [UInt8] {
    var json = JSONWriter()
    json.object { json in
      json.member("@context") { json in
        json.member("dcat", "http://www.w3.org/ns/dcat#")
        json.member("dct", "http://purl.org/dc/terms/")
        json.member("foaf", "http://xmlns.com/foaf/0.1/")
        json.member("xsd", "http://www.w3.org/2001/XMLSchema#")
      }
      json.member("@id", Self.path)
      json.member("@type", "dcat:Catalog")
      texts(
        "dct:title",
        Phrase(
          "Asiakaspalaute: \(site.name)", "Kundrespons: \(site.name)",
          "Client feedback: \(site.name)"), &json)
      texts(
        "dct:description",
        Phrase(
          "Mitä asiakkaat painoivat palautelaitteista.",
          "Vad kunderna tryckte på responsenheterna.",
          "What clients pressed on feedback terminals."), &json)
      json.member("dct:publisher") { json in
        json.member("@id", Self.publisher)
        json.member("@type", "foaf:Agent")
        json.member("foaf:name", site.name)
      }
      shared(&json)
      json.member("foaf:homepage") { $0.member("@id", "/") }
      json.member("dcat:themeTaxonomy") { $0.member("@id", Self.authority + "data-theme") }
      json.list("dcat:dataset", roots) { dataset($0, &$1) }
    }
    return json.bytes
  }

  /// What a catalogue and its datasets have alike.
  private func shared(_ json: inout JSONWriter) {
    json.list("dct:language", ["FIN", "SWE", "ENG"]) { code, json in
      json.member("@id", Self.authority + "language/" + code)
    }
    json.member("dct:license") { $0.member("@id", Self.licence) }
  }

  private func dataset(_ node: Node, _ json: inout JSONWriter) {
    let page = Address("/places/\(node.id)").text
    let periods = series.filter { $0.node == node.id }.flatMap(\.periods)
    json.member("@id", page + "#dataset")
    json.member("@type", "dcat:Dataset")
    texts("dct:title", name(node), &json)
    texts("dct:description", description(node), &json)
    json.member("dct:identifier", node.id)
    json.member("dct:publisher") { $0.member("@id", Self.publisher) }
    shared(&json)
    json.member("dcat:theme") { $0.member("@id", Self.authority + "data-theme/GOVE") }
    json.member("dct:accrualPeriodicity") { $0.member("@id", Self.authority + frequency) }
    json.member("dcat:landingPage") { $0.member("@id", page) }
    let moments = periods.flatMap { $0.versions.map(\.publishedAtMilliseconds) }
    if let start = periods.map(\.hours.lowerBound).min(),
      let end = periods.map(\.hours.upperBound).max(), let issued = moments.min(),
      let modified = moments.max()
    {
      json.member("dct:temporal") { json in
        json.member("@type", "dct:PeriodOfTime")
        typed("dcat:startDate", date(start), "xsd:date", &json)
        typed("dcat:endDate", date(end - 1), "xsd:date", &json)
      }
      typed("dct:issued", RFC3339.format(milliseconds: issued), "xsd:dateTime", &json)
      typed("dct:modified", RFC3339.format(milliseconds: modified), "xsd:dateTime", &json)
    }
    json.list("dcat:distribution", TableFormat.allCases) { distribution($0, of: node, &$1) }
  }

  private func distribution(_ format: TableFormat, of node: Node, _ json: inout JSONWriter) {
    let address = Address(
      "/public/v1/results",
      [("node", node.id), ("children", "true"), (TableFormat.parameter, format.rawValue)]
    ).text
    let media = format.mediaType
    json.member("@id", address + "#distribution")
    json.member("@type", "dcat:Distribution")
    json.member("dct:title", format.rawValue.uppercased())
    json.member("dcat:accessURL") { $0.member("@id", address) }
    json.member("dcat:downloadURL") { $0.member("@id", address) }
    json.member("dct:format") { json in
      json.member("@id", Self.authority + "file-type/" + (format == .csv ? "CSV" : "JSON"))
    }
    json.member("dcat:mediaType") { json in
      json.member(
        "@id",
        "http://www.iana.org/assignments/media-types/\(media.type)/\(media.subtype)")
    }
    json.member("dct:license") { $0.member("@id", Self.licence) }
  }

  private var frequency: String {
    switch site.registry.publicRules.period {
    case .week: "frequency/WEEKLY"
    case .month: "frequency/MONTHLY"
    case .quarter: "frequency/QUARTERLY"
    case .year: "frequency/ANNUAL"
    }
  }

  private func name(_ node: Node) -> Phrase {
    func name(_ language: Language) -> String { language.name(node.name, or: node.id) }
    return Phrase(name(.fi), name(.sv), name(.en))
  }

  private func description(_ node: Node) -> Phrase {
    let rules = site.registry.publicRules
    let name = name(node)
    return Phrase(
      """
      \(name.fi) ja yksiköt sen alla: vastaukset napeittain, tyytyväisyysindeksi ja sen väli \
      jaksoittain. Jakso, jolla on alle \(rules.totalMin) vastausta tai alle \(rules.cellMin) jollain \
      napilla, on piilotettu.
      """,
      """
      \(name.sv) och enheterna under: svar per knapp, nöjdhetsindex och dess intervall per period. En \
      period med färre än \(rules.totalMin) svar, eller färre än \(rules.cellMin) på någon knapp, är \
      dold.
      """,
      """
      \(name.en) and the units below: responses by button, happy index and its interval by period. A \
      period with fewer than \(rules.totalMin) responses, or fewer than \(rules.cellMin) of any \
      button, is hidden.
      """)
  }

  private func texts(_ member: String, _ phrase: Phrase, _ json: inout JSONWriter) {
    json.list(member, Language.allCases) { language, json in
      json.member("@value", phrase[language])
      json.member("@language", language.rawValue)
    }
  }

  private func typed(_ member: String, _ value: String, _ type: String, _ json: inout JSONWriter) {
    json.member(member) { json in
      json.member("@value", value)
      json.member("@type", type)
    }
  }

  private func date(_ hour: UTCHour) -> String { "\(site.calendar.date(of: hour))" }
}
