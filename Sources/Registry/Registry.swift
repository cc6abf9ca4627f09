public import CivilTime
public import Foundation

/// A site as its registry file describes it: questions, places, and which device stood where.
///
/// A value of this type has passed every check of the file; nothing in it needs checking again.
public struct Registry: Sendable, Equatable {
  /// Reserved node id: presses of a registered device outside every interval are kept under it.
  public static let unassigned = "unassigned"
  /// Reserved device id: the address of those that are in no registry.
  static let unregistered = "unregistered"
  /// The rule that keeps repeated presses back at terminals; visits have ``CountingRuleName/visit``.
  public static let rule = CountingRuleName.lockout.rawValue
  /// The exclusive end of everything (in the year 2198).
  public static let hourEnd: UTCHour = 2_000_000
  /// The same in minutes.
  public static let minuteEnd: UTCMinute = hourEnd * HourShare.hourMinutes

  /// `[a-z0-9][a-z0-9-]{0,30}`.
  public let site: String
  /// Its offsets are whole hours from 2000 to 2100.
  public let timeZone: TimeZone
  /// What `PH` in opening hours means; nil = the file does not use it.
  public let holidays: Holidays?
  /// In file order.
  public let questions: [Question]
  /// The roots of the tree, in file order.
  public private(set) var nodes: [Node]

  /// How results are shown to everybody.
  public let publicRules: PublicRules
  /// How results of visits are told.
  public let visitRules: VisitRules

  private var nodesByID: [String: Node]

  /// Reads a registry file of at most 16 MiB.
  ///
  /// - Parameters:
  ///   - yaml: the text of the file.
  ///   - name: the file's name, for messages.
  /// - Throws: ``RegistryError`` with the line of the first thing that is wrong.
  public init(yaml: String, name: String) throws(RegistryError) {
    var reader = RegistryReader(file: name)
    let parts = try reader.read(yaml)
    site = parts.site
    timeZone = parts.timeZone
    holidays = parts.holidays
    questions = parts.questions
    nodes = parts.nodes
    publicRules = parts.publicRules
    visitRules = parts.visitRules
    nodesByID = Registry.byID(parts.nodes)
  }

  private static func byID(_ nodes: [Node]) -> [String: Node] {
    var known = [unassigned: unassignedNode]
    for node in preorder(nodes) { known[node.id] = node }
    return known
  }

  /// The same with other device entries, which nothing checks.
  func replacingAssignments(
    _ assignments: (_ touchpoint: String, [Assignment]) -> [Assignment]
  ) -> Registry {
    var copy = self
    copy.nodes = nodes.map { $0.replacingAssignments(assignments) }
    copy.nodesByID = Registry.byID(copy.nodes)
    return copy
  }

  /// The node of that id, ``unassigned`` included; nil when there is none. Constant time.
  public func node(_ id: String) -> Node? {
    nodesByID[id]
  }

  /// The question of that id; nil when there is none. Linear in the number of questions.
  public func question(_ id: String) -> Question? {
    questions.first { $0.id == id }
  }

  /// The question that counts a question's answers with help; nil when there is none.
  public func withHelp(_ question: String) -> Question? {
    questions.first { $0.withHelpOf == question }
  }

  /// Whether answers to a question are told apart by whether they were given with help.
  public func countsHelpApart(_ id: String) -> Bool {
    question(id)?.withHelpOf != nil || withHelp(id) != nil
  }

  /// The first of some questions that is asked by itself; where none is, the first.
  public func foremost(of questions: [String]) -> String? {
    questions.first { question($0)?.withHelpOf == nil } ?? questions.first
  }

  /// Every node of the file, each before its children; without ``unassigned``.
  public var allNodes: [Node] {
    Registry.preorder(nodes)
  }

  private static func preorder(_ roots: [Node]) -> [Node] {
    var found: [Node] = []
    var waiting = Array(roots.reversed())
    while let node = waiting.popLast() {
      found.append(node)
      waiting.append(contentsOf: node.children.reversed())
    }
    return found
  }

  private static let unassignedNode = Node(
    id: unassigned, kind: Node.touchpointKind,
    name: ["fi": "Kohdistamaton", "sv": "Ej tilldelad", "en": "Unassigned"],
    openingHours: nil,
    isPublic: false,
    touchpoint: Touchpoint(
      channel: .terminal, questions: [],
      repeatIntervalMilliseconds: RegistryLimits.repeatIntervalMillisecondsDefault,
      assignments: []),
    children: [])
}
