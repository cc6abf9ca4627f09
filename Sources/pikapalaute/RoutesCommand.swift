import ArgumentParser
import Store
import Web

/// `pikapalaute routes`: who may use which route.
struct RoutesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "routes", abstract: "List the routes and the role that each needs.",
    discussion: """
      A line each: method, path, and 'anyone', 'device' or the least role; roles that include it \
      may too: reader, analyst, manager, administrator.
      """)

  func run() {
    for endpoint in Endpoint.all {
      let need =
        switch endpoint.need {
        case .nothing: "anyone"
        case .role(let role), .form(let role): role.rawValue
        case .device: "device"
        }
      print("\(endpoint.method)\t\(endpoint.path)\t\(need)")
    }
  }
}
