import CivilTime
public import Queries
import Registry
import Reporting
public import Store

/// The phones of a team, for who coordinates it: nothing of what was rated with them.
public struct PhonesPage: Sendable {
  private struct Context {
    let t: [String: String]
    let name: String
    let place: String
    let isTeam: Bool
    let table: TableView?
    let teams: [NodeView.Link]
    let hasTeams: Bool
    let action: String
    let key: String?
    let version: Int64
    let countMax: Int
    let lost: Lost?
  }

  /// What can be done with a phone that was lost.
  private struct Lost {
    let renew: String
    let withdraw: String
    let phones: [String]
  }

  private let node: String
  private let devices: [Devices.Device]
  private let states: [String: ClaimState]
  private let site: Site
  private let nowMilliseconds: Int64

  /// - Parameters:
  ///   - node: a team's touchpoint, or a node above some.
  ///   - devices: those that the reader sees.
  ///   - states: how far they are with their credentials.
  ///   - nowMilliseconds: UTC since 1970.
  public init(
    _ node: String, _ devices: Devices, _ states: [String: ClaimState], site: Site,
    nowMilliseconds: Int64
  ) {
    let minute = UTC.minute(ofMilliseconds: nowMilliseconds)
    let standing = Set(
      (site.registry.node(node)?.touchpoint?.assignments ?? [])
        .filter { $0.isStanding(after: minute) }.map(\.device))
    self.node = node
    // By name: no order shows which came first.
    self.devices = devices.devices.filter { standing.contains($0.name) }.sorted {
      $0.name < $1.name
    }
    self.states = states
    self.site = site
    self.nowMilliseconds = nowMilliseconds
  }

  public func html(_ frame: Frame) -> String {
    let (language, isTeam) = (frame.language, site.index.isVisit(node))
    let name = DeviceWords(language, site).place(node)
    let teams = isTeam ? [] : teams(frame)
    return frame.page(
      title: "\(PhoneWord.phones.phrase[language]): \(name)",
      Templates.render(
        "phones",
        Context(
          t: PhoneWord.texts(language), name: node == site.registry.site ? site.name : name,
          place: frame.link("/dashboard/\(node)"), isTeam: isTeam,
          table: isTeam && !devices.isEmpty ? table(language) : nil, teams: teams,
          hasTeams: !teams.isEmpty, action: frame.link("/phones/\(node)"), key: frame.formKey,
          version: site.revision, countMax: RegistryEdit.phonesMax,
          lost: isTeam && !devices.isEmpty
            ? Lost(
              renew: frame.link("/phones/\(node)/renew"),
              withdraw: frame.link("/phones/\(node)/withdraw"), phones: devices.map(\.name))
            : nil)))
  }

  /// The teams below the node.
  private func teams(_ frame: Frame) -> [NodeView.Link] {
    site.registry.allNodes.map(\.id)
      .filter { site.index.isVisit($0) && site.index.isPlace($0, within: node) }
      .map { team in
        NodeView.Link(
          name: DeviceWords(frame.language, site).place(team), href: frame.link("/phones/\(team)"))
      }
  }

  private func table(_ language: Language) -> TableView {
    TableView(
      PhoneWord.phones.phrase[language],
      head: [PhoneWord.phone, .state, .lastSync].map { $0.phrase[language] },
      rows: devices.map { device in
        [
          .header(device.name), .text(state(states[device.name], language)),
          .text(day(device.lastHeardMilliseconds, language)),
        ]
      })
  }

  private func state(_ state: ClaimState?, _ language: Language) -> String {
    switch state {
    case nil: PhoneWord.noCode.phrase[language]
    case .enrolled: PhoneWord.enrolled.phrase[language]
    case .codeMade(let expiry) where expiry <= nowMilliseconds:
      PhoneWord.codeExpired.phrase[language]
    case .codeMade(let expiry):
      PhoneWord.codeUntil.phrase[language] + " " + day(expiry, language)
    }
  }

  /// No finer: when somebody had a network says when they worked.
  private func day(_ milliseconds: Int64?, _ language: Language) -> String {
    guard let milliseconds else { return language.text(.never) }
    let date = site.calendar.date(of: UTC.hour(ofMilliseconds: milliseconds))
    return language.date(year: date.year, month: date.month, day: date.day)
  }
}
